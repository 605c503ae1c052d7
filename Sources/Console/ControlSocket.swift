import Foundation

/// The Unix socket on which the process that runs a configuration takes orders.
package struct ControlSocket: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Whether a process has it open. A process that hangs or is stopped has, too; the socket of a dead one has nobody.
    package var isOpen: Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Full, since nobody accepts: it is in use nevertheless.
        return result == 0 || errno == EAGAIN
    }
}
