import ArgumentParser
import Daemon
import Foundation
import LeatConfig
import PipelineCore

/// Errors as a user sees them: one line that names the cause, one that names the remedy, and an exit code.
enum Failure {
    static let found: Int32 = 1
    static let usage: Int32 = 2
    static let missing: Int32 = 3
    static let bug: Int32 = 70

    static func exit(_ error: any Error) -> Never {
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        let (text, code) = describe(error)
        guard let text else {
            // Help and version, and everything else that ArgumentParser prints itself.
            let status = Leat.exitCode(for: error)
            if status.isSuccess { Leat.exit(withError: error) }
            print(Leat.fullMessage(for: error))
            Foundation.exit(usage)
        }
        print("error: \(text)")
        Foundation.exit(code)
    }

    private static func print(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// - Returns: nil for errors of the command line itself.
    private static func describe(_ error: any Error) -> (text: String?, code: Int32) {
        switch error {
        case let error as any ExplainedError:
            (error.explanation.text, error is ConfigurationError ? usage : missing)
        case is CancellationError: ("interrupted", 130)
        default:
            String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") || error is ValidationError
                || error is CleanExit
                ? (nil, usage) : ("\(error)\n  fix: please report this; it should not happen", bug)
        }
    }
}
