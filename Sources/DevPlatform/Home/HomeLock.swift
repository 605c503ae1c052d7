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

/// The right to run the platform of one home. The system takes it back when this process ends, however it ends.
final class HomeLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `.homeInUse` where another process has it.
    init(_ home: StackHome) throws(ServerStackError) {
        let descriptor = open(home.lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ServerStackError(
                .homeUnusable,
                message: "cannot open \(home.lockFile): \(systemMessage(errno))",
                remedy: "choose a folder that you can write with --home"
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw ServerStackError(
                    .homeUnusable,
                    message: "cannot lock \(home.lockFile): \(systemMessage(code))",
                    remedy: "choose a folder on a local disk with --home"
                )
            }
            let owner = HomeLock.owner(home).map { " (process \($0))" } ?? ""
            throw ServerStackError(
                .homeInUse,
                message: "the platform in \(home.path) is running already\(owner)",
                remedy: "leat down --home \(home.path)   (or choose another folder with --home)"
            )
        }
        self.descriptor = descriptor
        ftruncate(descriptor, 0)
        let bytes = Array("\(getpid())\n".utf8)
        pwrite(descriptor, bytes, bytes.count, 0)
    }

    deinit {
        close(descriptor)
    }

    /// The process that runs the platform of a home; nil if none does.
    static func owner(_ home: StackHome) -> Int32? {
        let descriptor = open(home.lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).prefix { $0.isNumber })
    }
}
