import Foundation
import Monitoring

/// The root of the checkout.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Every alert of Leat.
let allAlerts = RuleGroup.all().flatMap(\.alerts)

func contents(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

/// What a program has printed, standard error included, and its exit code.
struct ProgramAnswer {
    let status: Int32
    let output: String

    init(_ program: String, _ arguments: [String]) throws {
        // A file and not a pipe: what the program leaves running would keep the pipe open.
        let path = NSTemporaryDirectory() + "leat-answer-\(UInt32.random(in: 0 ... .max))"
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        process.waitUntilExit()
        try file.close()
        status = process.terminationStatus
        output = try String(contentsOfFile: path, encoding: .utf8)
    }
}
