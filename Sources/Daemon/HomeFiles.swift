import Foundation
import LeatConfig

/// Where things are within a home folder, beside what ServerStack keeps there.
package struct HomeFiles {
    /// Absolute.
    package let home: String

    package init(_ path: String) {
        home =
            URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
            .standardizedFileURL.path
    }

    package var configuration: String { home + "/leat.yaml" }
    package var logFile: String { home + "/logs/leat.log" }
    /// Which shop was loaded into the home's MySQL.
    package var dataFile: String { home + "/data.json" }
    /// What `leat up --json` prints; there as long as the platform is ready.
    package var readyFile: String { home + "/ready.json" }

    /// The Unix socket for orders to the process that runs a configuration file; where its own folder's path is too
    /// long for a socket, one in the temporary folder.
    package static func controlSocket(forConfiguration path: String) -> String {
        let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
        let near = folder + "/leat.sock"
        if near.utf8.count < 100 { return near }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in folder.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "/tmp/leat-\(String(hash, radix: 16)).sock"
    }

    /// Where the process with this control socket runs: the machine, the container, the socket's path. What has the
    /// same can ask it.
    package static func place(ofSocket path: String) -> String {
        let container = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/mnt")) ?? ""
        return "\(ProcessInfo.processInfo.hostName) \(container) \(path)"
    }
}
