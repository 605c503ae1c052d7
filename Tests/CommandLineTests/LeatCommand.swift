import Foundation

/// One run of the program, without servers.
struct LeatCommand {
    let exitCode: Int32
    let output: String
    let errors: String

    /// The program: `LEAT_BINARY`, else beside the tests.
    private static var binary: String {
        get throws {
            if let named = ProcessInfo.processInfo.environment["LEAT_BINARY"] { return named }
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("leat").path
        }
    }

    init(_ arguments: [String], in folder: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Self.binary)
        process.arguments = arguments
        // As wide as a terminal by default, whatever this one is.
        process.environment = ["PATH": "/usr/bin:/bin", "COLUMNS": "80", "HOME": "/nonexistent"]
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What is printed fits into a pipe but for the help texts, which are read while they come.
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let reported = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        exitCode = process.terminationStatus
        self.output = String(decoding: printed, as: UTF8.self)
        self.errors = String(decoding: reported, as: UTF8.self)
    }
}
