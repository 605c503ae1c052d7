import Dispatch

/// The first packet that a MySQL server sends on a connection, before anybody has said anything.
///
/// A server sends it once it accepts connections, that is, after its recovery and its init file: so it is a health
/// check without an account. Layout: protocol version (10), then the version as a NUL-terminated string.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
enum MySQLGreeting {
    /// The server's version, nil where no MySQL server answers.
    static func version(port: Int, timeoutSeconds: Int = 5) async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: read(port: port, timeoutSeconds: timeoutSeconds))
            }
        }
    }

    private static func read(port: Int, timeoutSeconds: Int) -> String? {
        do throws(LoopbackSocket.Failure) {
            let socket = try LoopbackSocket.open(port: port, timeoutSeconds: timeoutSeconds)
            var bytes: [UInt8] = []
            while bytes.count < 1024, try socket.read(into: &bytes) {
                if let version = parse(bytes) { return version }
            }
            return nil
        } catch {
            return nil
        }
    }

    /// - Parameter bytes: the packet, its header of four bytes included; may be incomplete.
    static func parse(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 5, bytes[4] == 10, let end = bytes[5...].firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[5..<end], as: UTF8.self)
    }
}
