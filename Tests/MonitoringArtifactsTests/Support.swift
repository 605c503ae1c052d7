import Foundation
import MonitoringArtifacts

@testable import DevPlatform

/// The root of the checkout.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Every alert of Leat.
let allAlerts = RuleGroup.all().flatMap(\.alerts)

func contents(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

/// What a program has printed, and its exit code.
///
/// Not Foundation's `Process`, which waits for whatever the program leaves running, too.
struct ProgramAnswer {
    let isSuccess: Bool
    let output: String
    let errors: String

    init(_ program: String, _ arguments: [String]) async throws {
        let file = NSTemporaryDirectory() + "leat-answer-\(UInt32.random(in: 0 ... .max))"
        defer {
            try? FileManager.default.removeItem(atPath: file)
            try? FileManager.default.removeItem(atPath: file + ".errors")
        }
        let process = try await startProgram(program, arguments, output: file, errors: file + ".errors")
        isSuccess = await process.exited().isSuccess
        output = try String(contentsOfFile: file, encoding: .utf8)
        errors = try String(contentsOfFile: file + ".errors", encoding: .utf8)
    }
}

func startProgram(
    _ program: String,
    _ arguments: [String],
    output: String,
    errors: String
) async throws -> ChildProcess {
    var command = Command(executable: program, arguments: arguments, logPath: errors)
    command.environment = ProcessInfo.processInfo.environment
    command.outputPath = output
    command.signalOnParentDeath = .kill
    return try await ChildProcess.start(command)
}
