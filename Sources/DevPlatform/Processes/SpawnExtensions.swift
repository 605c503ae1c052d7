#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `posix_spawn` can do beyond POSIX. Looked up when the process runs: the C library's headers show these to
/// programs in C only, and older libraries lack some.
enum SpawnExtensions {
    #if canImport(Glibc)
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    /// `POSIX_SPAWN_SETSID` of <spawn.h>: a session of its own.
    static let flags: Int32 = 0x80
    #else
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t?>

    static let flags = Int32(POSIX_SPAWN_SETSID) | Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #endif

    typealias ChangeFolder = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32
    /// Sets the folder that the program starts in. glibc 2.29, macOS 10.15.
    static let changeFolder: ChangeFolder? = look(up: "posix_spawn_file_actions_addchdir_np")
        .map { unsafeBitCast($0, to: ChangeFolder.self) }

    typealias CloseFrom = @convention(c) (Actions, Int32) -> Int32
    /// Closes this descriptor and all above it in the program. glibc 2.34.
    static let closeFrom: CloseFrom? = look(up: "posix_spawn_file_actions_addclosefrom_np")
        .map { unsafeBitCast($0, to: CloseFrom.self) }

    private static func look(up name: String) -> UnsafeMutableRawPointer? {
        #if canImport(Glibc)
        dlsym(nil, name)
        #else
        dlsym(UnsafeMutableRawPointer(bitPattern: -2), name)
        #endif
    }
}
