import ClickHouseClient
import InfluxProtocol
import LeatState
import MySQLClient
import PipelineCore

extension PipelineFailure {
    /// Why a pipeline has ended.
    package init(_ error: any Error) {
        let explanation = Explanation(of: error)
        self.init(Self.kind(of: error), cause: explanation.cause, remedy: explanation.remedy)
    }

    private static func kind(of error: any Error) -> Kind {
        switch error {
        case let error as PipelineError: error.kind == .fenced ? .fenced : .other
        case let error as MySQLError: error.code == .authentication ? .logInRefused : .other
        case let error as ClickHouseError: error.code == .authentication ? .logInRefused : .other
        case let error as InfluxError: error.code == .authentication ? .logInRefused : .other
        default: .other
        }
    }
}
