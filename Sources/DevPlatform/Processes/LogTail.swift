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

/// The end of a server's log: the place where it says why it ended.
enum LogTail {
    /// Size of a log file, 0 where there is none.
    static func size(_ path: String) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? UInt64) ?? (attributes?[.size] as? Int).map { UInt64($0) } ?? 0
    }

    /// The lines written after `offset`, at most the last 64 KiB of them.
    static func lines(_ path: String, after offset: UInt64) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = size(path)
        let start = max(offset <= size ? offset : 0, size > 65536 ? size - 65536 : 0)
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(start)) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Keeps one old file when a log has grown beyond 32 MiB. Only for logs that nobody writes.
    static func rotate(_ path: String) {
        guard size(path) > 32 << 20 else { return }
        try? FileManager.default.removeItem(atPath: path + ".1")
        try? FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    }
}
