import ArgumentParser
import ClickHouseClient
import ConfigurationFile
import Foundation
import Generator
import InfluxClient
import LeatState
import LocalStack
import MySQLClient
import Pipeline
import Verification

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
        case let error as ConfigurationError: (error.description, usage)
        case let error as PipelineError: (error.description, missing)
        case let error as LocalStackError: (error.description, missing)
        case let error as VerificationError: (error.description, missing)
        case let error as ShopError: ("\(error.message)\n  fix: \(error.remedy)", missing)
        case let error as MySQLError:
            ("\(error)\n  fix: \(error.remedy ?? remedy(for: error))", missing)
        case let error as InfluxError: ("\(error)\n  fix: \(remedy(for: error))", missing)
        case let error as ClickHouseError: ("\(error)\n  fix: \(remedy(for: error))", missing)
        case is CancellationError: ("interrupted", 130)
        default:
            String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") || error is ValidationError
                || error is CleanExit
                ? (nil, usage) : ("\(error)\n  fix: please report this; it should not happen", bug)
        }
    }

    /// Why a pipeline has ended, in one line, and the remedy in another.
    static func ofPipeline(_ error: any Error) -> PipelineFailure {
        let lines = (describe(error).text ?? "\(error)").split(separator: "\n").map(String.init)
        let label = "  fix: "
        let remedy = lines.dropFirst().map { $0.hasPrefix(label) ? String($0.dropFirst(label.count)) : $0 }
        let kind: PipelineFailure.Kind =
            switch error {
            case let error as PipelineError: error.kind == .fenced ? .fenced : .other
            case let error as MySQLError: error.code == .authentication ? .logInRefused : .other
            case let error as ClickHouseError: error.code == .authentication ? .logInRefused : .other
            case let error as InfluxError: error.code == .authentication ? .logInRefused : .other
            default: .other
            }
        return PipelineFailure(
            kind,
            cause: lines.first ?? "\(error)",
            remedy: remedy.isEmpty ? "see the log" : remedy.joined(separator: " ")
        )
    }

    private static func remedy(for error: MySQLError) -> String {
        switch error.code {
        case .connectionFailed, .closed, .timeout: "check that the server runs and that hosts: in leat.yaml names it"
        case .authentication: "check user: and password: of the source in leat.yaml"
        case .tls: "set tls: of the source in leat.yaml, or give the server a certificate"
        default:
            switch error.server?.errno {
            case 1044, 1142, 1143, 1227: "grant the user what it lacks (README, Your own servers)"
            case 1184:
                "fix the server's init_connect, or GRANT CONNECTION_ADMIN ON *.* TO the user, for whom it is skipped"
            default: "see the MySQL manual for this error number"
            }
        }
    }

    private static func remedy(for error: InfluxError) -> String {
        switch error.code {
        case .connectionFailed, .connectionLost, .timeout, .closed, .overloaded:
            "check that InfluxDB runs and answers at the address that --url or leat.yaml names"
        case .authentication: "check user and password (LEAT_INFLUX_PASSWORD, or influxdb: in leat.yaml)"
        case .accessDenied: "GRANT ALL ON the database TO the user"
        case .unknownDatabase: "create it: CREATE DATABASE, or name another with --database"
        case .partialWrite, .refused: "see the database's retention policy and the types of its fields"
        default: "see the InfluxDB documentation for this message"
        }
    }

    private static func remedy(for error: ClickHouseError) -> String {
        switch error.code {
        case .connectionFailed, .connectionLost, .timeout:
            "check that ClickHouse runs and that warehouse: in leat.yaml names it"
        case .authentication: "check user: and password: of the warehouse in leat.yaml"
        case .readOnly: "give the user in leat.yaml a profile with readonly = 0"
        case .accessDenied: "GRANT CREATE, INSERT, SELECT, ALTER, DROP ON *.* TO the user in leat.yaml"
        default: "see the ClickHouse documentation for this error code"
        }
    }
}
