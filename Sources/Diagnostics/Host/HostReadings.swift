import Foundation

/// What this machine has to offer; nil where it does not say.
struct HostReadings {
    var availableMemoryMiB: Int?
    /// How many files a process may open.
    var filesMax: UInt64?
    /// Where the configuration file is.
    var freeDiskBytes: Int64?

    /// Those of now.
    ///
    /// - Parameter folder: the one whose file system is checked.
    init(folder: String) {
        if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") })
        {
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            availableMemoryMiB = kibibytes.map { $0 / 1024 }
        }
        var limit = rlimit()
        #if os(Linux)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        if getrlimit(resource, &limit) == 0 { filesMax = UInt64(limit.rlim_cur) }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        freeDiskBytes = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    init(availableMemoryMiB: Int? = nil, filesMax: UInt64? = nil, freeDiskBytes: Int64? = nil) {
        self.availableMemoryMiB = availableMemoryMiB
        self.filesMax = filesMax
        self.freeDiskBytes = freeDiskBytes
    }
}
