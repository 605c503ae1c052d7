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

/// Where the servers' executables are.
struct StackBinaries: Sendable {
    let folders: [String]

    /// - Parameter folders: where to look; nil: what `scripts/bootstrap` fetched, then PATH.
    init(folders: [String]?, environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let folders {
            self.folders = folders
            return
        }
        var found: [String] = []
        if let cache = environment["LEAT_CACHE"], !cache.isEmpty {
            found.append(cache + "/bin")
        } else if let user = environment["HOME"], !user.isEmpty {
            found.append(user + "/.cache/leat/bin")
        }
        found += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        self.folders = found
    }

    /// - Throws: `.missingBinary`.
    func path(_ name: String, for server: StackServer) throws(ServerStackError) -> String {
        for folder in folders {
            let path = folder + "/" + name
            var info = stat()
            if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 { return path }
        }
        throw ServerStackError(
            .missingBinary,
            server: server,
            message: "\(name) is missing: \(server.title) cannot start",
            remedy: "scripts/bootstrap \(server.component)   (or install it and have \(name) on PATH)"
        )
    }
}
