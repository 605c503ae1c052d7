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

/// The folder that holds everything of one local platform, and where what is in it.
///
///     lock            held by the process that runs the platform
///     ports.json      the ports of the last start
///     secrets/        passwords and files with passwords in them (folder 0700, files 0600)
///     run/            pid files, sockets
///     logs/           one file a server
///     <server>/       its configuration and data
struct StackHome: Sendable {
    /// Absolute, without symbolic links.
    let path: String
    /// Where sockets are: their paths may not be longer than some hundred bytes, so not always in the home.
    let socketFolder: String

    var secrets: String { path + "/secrets" }
    var lockFile: String { path + "/lock" }
    var portsFile: String { path + "/ports.json" }
    var addressesFile: String { secrets + "/addresses.json" }

    func folder(_ server: StackServer) -> String { "\(path)/\(server.rawValue)" }
    func dataFolder(_ server: StackServer) -> String { "\(path)/\(server.rawValue)/data" }
    func log(_ server: StackServer) -> String { "\(path)/logs/\(server.rawValue).log" }
    func pidFile(_ server: StackServer) -> String { "\(path)/run/\(server.rawValue).pid" }
    func socket(_ server: StackServer) -> String { "\(socketFolder)/\(server.rawValue).sock" }

    /// The longest socket path that every system takes (macOS: 104 bytes with the NUL; Linux: 108). MySQL appends
    /// `.lock` to it for a file, which does not count.
    static let socketPathMax = 103

    /// Creates the folder and what belongs in it.
    ///
    /// - Throws: `.homeUnusable`.
    static func prepare(at path: String) throws(ServerStackError) -> StackHome {
        guard !path.isEmpty, !path.utf8.contains(where: { $0 < 0x20 }) else {
            throw ServerStackError(
                .homeUnusable,
                message: "the home folder's name is empty or has control characters in it",
                remedy: "choose another folder with --home"
            )
        }
        try makeFolder(path, mode: 0o755)
        guard let real = realPath(path) else { throw unusable(path, errno) }
        for name in ["logs", "run"] { try makeFolder("\(real)/\(name)", mode: 0o755) }
        try makeFolder("\(real)/secrets", mode: 0o700)
        chmod("\(real)/secrets", 0o700)
        let sockets = socketFolder(forHome: real)
        if sockets != real + "/run" { try makeSharedFolder(sockets) }
        return StackHome(path: real, socketFolder: sockets)
    }

    /// The home as it is on disk; nil where there is none.
    static func existing(at path: String) -> StackHome? {
        guard let real = realPath(path), access(real + "/secrets", F_OK) == 0 else { return nil }
        return StackHome(path: real, socketFolder: socketFolder(forHome: real))
    }

    /// Removes the folder for sockets, if it is not in the home and nothing is in it.
    func removeSocketFolder() {
        if socketFolder != path + "/run" { rmdir(socketFolder) }
    }

    private static func socketFolder(forHome home: String) -> String {
        let run = home + "/run"
        let longest = StackServer.allCases.map(\.rawValue.utf8.count).max() ?? 0
        if run.utf8.count + 1 + longest + ".sock".utf8.count <= socketPathMax { return run }
        // A short folder instead, the same one at every start. FNV-1a: it only has to distinguish homes.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in home.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "/tmp/leat-\(getuid())-\(String(hash, radix: 36))"
    }

    /// Makes a folder for us only, in one that everybody may write to.
    private static func makeSharedFolder(_ folder: String) throws(ServerStackError) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw unusable(folder, errno) }
        var info = stat()
        // Someone else could have made it.
        guard lstat(folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, info.st_uid == getuid() else {
            throw ServerStackError(
                .homeUnusable,
                message: "the home's path is too long for sockets, and \(folder) belongs to somebody else",
                remedy: "choose a home with a shorter path (--home)"
            )
        }
        chmod(folder, 0o700)
    }

    /// Bytes that are free on the home's disk, where the system reports it.
    var freeBytes: UInt64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        let (free, overflow) = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize))
        return overflow ? nil : free
    }

    /// - Throws: `.diskSpace` where less than `freeSpaceMin` bytes are free.
    func checkFreeSpace(_ freeSpaceMin: Int) throws(ServerStackError) {
        guard let free = freeBytes else { return }
        if free < UInt64(max(freeSpaceMin, 0)) {
            throw ServerStackError(
                .diskSpace,
                message: "\(free >> 20) MB are free for \(path), and the servers need \(freeSpaceMin >> 20) MB",
                remedy: "free some space, or choose a home on another disk with --home"
            )
        }
    }

    static func makeFolder(_ path: String, mode: mode_t) throws(ServerStackError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: Int(mode)]
            )
        } catch {
            throw unusable(path, errno)
        }
    }

    /// Writes a file whole or not at all, readable by its owner only.
    static func write(_ text: String, to path: String) throws(ServerStackError) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path, errno) }
        fchmod(descriptor, 0o600)
        var bytes = ArraySlice(Array(text.utf8))
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Self.writeBytes(descriptor, $0) }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                unlink(temporary)
                throw unusable(path, code)
            }
            bytes = bytes.dropFirst(count)
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else { throw unusable(path, errno) }
    }

    private static func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func unusable(_ path: String, _ code: Int32) -> ServerStackError {
        if code == ENOSPC || code == EDQUOT {
            return ServerStackError(
                .diskSpace,
                message: "no space is left to write \(path)",
                remedy: "free some space, or choose a home on another disk with --home"
            )
        }
        return ServerStackError(
            .homeUnusable,
            message: "cannot write \(path): \(systemMessage(code))",
            remedy: "choose a folder that you can write with --home"
        )
    }
}
