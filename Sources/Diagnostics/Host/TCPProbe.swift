import Foundation

/// Knocks at a TCP port of this machine.
struct TCPProbe {
    /// Whether anything listens there.
    let isTaken: Bool
    /// Whether what listens is a leat: it serves Leat's metrics, or takes pushes and says that it is one.
    let answersAsLeat: Bool

    init(host: String, port: Int) {
        guard let descriptor = Self.connect(host: host == "0.0.0.0" ? "127.0.0.1" : host, port: port) else {
            isTaken = false
            answersAsLeat = false
            return
        }
        isTaken = true
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let request = Array("GET /metrics HTTP/1.0\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            answersAsLeat = false
            return
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while answer.count < 1 << 20 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        answersAsLeat = text.contains("leat_build_info") || text.lowercased().contains("\r\nserver: leat\r\n")
    }

    private static func connect(host: String, port: Int) -> Int32? {
        var hints = addrinfo()
        #if os(Linux)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(list) }
        let address = first.pointee
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        #if os(Linux)
        let result = Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen)
        #else
        let result = Darwin.connect(descriptor, address.ai_addr, address.ai_addrlen)
        #endif
        if result == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}
