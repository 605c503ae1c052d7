#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the system reports about processes (`/proc`; nothing except on Linux).
enum ProcessTable {
    /// The variable in each server's environment that identifies its owner: the home folder.
    static let homeVariable = "LEAT_STACK_HOME"
    /// The variable that identifies the server.
    static let serverVariable = "LEAT_STACK_SERVER"

    /// When the process started, in clock ticks since boot: with the id it names a process for good. Nil: no such
    /// process, or only its exit status is left.
    static func startTicks(of processID: Int32) -> UInt64? {
        guard let stat = text("/proc/\(processID)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        // Fields 3 (state) … 22 (start time) follow the name, which may hold anything.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }

    static func name(of processID: Int32) -> String {
        let command = text("/proc/\(processID)/cmdline") ?? ""
        for word in command.split(separator: "\0") {
            let last = word.split(separator: "/").last.map(String.init) ?? String(word)
            // A program that was started through its loader or an interpreter.
            if last.hasPrefix("ld-linux") || last.hasPrefix("python") || last.hasPrefix("-") { continue }
            if last == "launch.py" { return "clickhouse-server" }
            if word.contains("/lib/") || last.isEmpty { continue }
            return last
        }
        return text("/proc/\(processID)/comm").map { String($0.prefix { $0 != "\n" }) } ?? "unknown"
    }

    /// Resident memory in bytes.
    static func residentBytes(of processID: Int32) -> Int? {
        guard let status = text("/proc/\(processID)/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { return nil }
        return kilobytes * 1024
    }

    /// Processes whose environment says that they are servers of `home`.
    static func servers(ofHome home: String) -> [(processID: Int32, server: StackServer)] {
        var found: [(Int32, StackServer)] = []
        for processID in allProcessIDs() where processID != getpid() {
            guard let environment = text("/proc/\(processID)/environ") else { continue }
            let variables = environment.split(separator: "\0")
            guard variables.contains("\(homeVariable)=\(home)"),
                let name = variables.first(where: { $0.hasPrefix(serverVariable + "=") }),
                let server = StackServer(rawValue: String(name.dropFirst(serverVariable.count + 1))),
                startTicks(of: processID) != nil
            else { continue }
            found.append((processID, server))
        }
        return found
    }

    /// The process that listens on a TCP port; nil if it cannot be seen (another user's).
    static func listener(onPort port: Int) -> (processID: Int32, name: String)? {
        let inodes = Set(listeningSockets().filter { $0.port == port }.map(\.inode))
        guard !inodes.isEmpty else { return nil }
        let wanted = Set(inodes.map { "socket:[\($0)]" })
        for processID in allProcessIDs() {
            let folder = "/proc/\(processID)/fd"
            guard let descriptors = try? FileManager.default.contentsOfDirectory(atPath: folder) else { continue }
            for descriptor in descriptors {
                if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"),
                    wanted.contains(target)
                {
                    return (processID, name(of: processID))
                }
            }
        }
        return nil
    }

    struct ListeningSocket: Hashable, Sendable {
        var port: Int
        var isLoopback: Bool
        var inode: String
    }

    /// Every TCP socket that listens on this machine.
    static func listeningSockets() -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in (text(path) ?? "").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[3] == "0A" else { continue }
                let local = fields[1].split(separator: ":")
                guard local.count == 2, let port = Int(local[1], radix: 16) else { continue }
                // The address is in host order, one 32-bit word after the other: 127.x.y.z ends in 7F.
                let isLoopback =
                    local[0].count == 8
                    ? local[0].hasSuffix("7F")
                    : local[0] == "00000000000000000000000001000000"
                        || (local[0].hasPrefix("0000000000000000FFFF0000") && local[0].hasSuffix("7F"))
                sockets.append(ListeningSocket(port: port, isLoopback: isLoopback, inode: String(fields[9])))
            }
        }
        return sockets
    }

    private static func allProcessIDs() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// Files of `/proc` have no size: they are read until they end.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while bytes.count < 1 << 22 {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
