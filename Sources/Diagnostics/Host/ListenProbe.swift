import Foundation

/// Whether this machine can listen at an address, apart from the port.
struct ListenProbe {
    /// False if no interface of this machine has the address, or the name cannot be looked up.
    let isOfThisMachine: Bool

    init(host: String) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        #if os(Linux)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "0", &hints, &list) == 0, let first = list else {
            isOfThisMachine = false
            return
        }
        defer { freeaddrinfo(list) }
        let address = first.pointee
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else {
            isOfThisMachine = false
            return
        }
        defer { close(descriptor) }
        isOfThisMachine = bind(descriptor, address.ai_addr, address.ai_addrlen) == 0
    }
}
