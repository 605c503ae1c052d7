import ClickHouseClient
import InfluxProtocol
import LeatState
import MySQLClient
import PipelineCore
import Verification

extension PipelineError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}

extension VerificationError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}

extension MySQLError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: description, remedy: remedy ?? usualRemedy) }

    private var usualRemedy: String {
        switch code {
        case .connectionFailed, .closed, .timeout: "check that the server runs and that hosts: in leat.yaml names it"
        case .authentication: "check user: and password: of the source in leat.yaml"
        case .tls: "set tls: of the source in leat.yaml, or give the server a certificate"
        default:
            switch server?.errno {
            case 1044, 1142, 1143, 1227: "grant the user what it lacks (README, Your own servers)"
            case 1184:
                "fix the server's init_connect, or GRANT CONNECTION_ADMIN ON *.* TO the user, for whom it is skipped"
            default: "see the MySQL manual for this error number"
            }
        }
    }
}

extension InfluxError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: description, remedy: usualRemedy) }

    private var usualRemedy: String {
        switch code {
        case .connectionFailed, .connectionLost, .timeout, .closed, .overloaded:
            "check that InfluxDB runs and answers at the address that --url or leat.yaml names"
        case .authentication: "check user and password (LEAT_INFLUX_PASSWORD, or influxdb: in leat.yaml)"
        case .accessDenied: "GRANT ALL ON the database TO the user"
        case .unknownDatabase: "create it: CREATE DATABASE, or name another with --database"
        case .partialWrite, .refused: "see the database's retention policy and the types of its fields"
        default: "see the InfluxDB documentation for this message"
        }
    }
}

extension ClickHouseError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: description, remedy: usualRemedy) }

    private var usualRemedy: String {
        switch code {
        case .connectionFailed, .connectionLost, .timeout:
            "check that ClickHouse runs and that warehouse: in leat.yaml names it"
        case .authentication: "check user: and password: of the warehouse in leat.yaml"
        case .readOnly: "give the user in leat.yaml a profile with readonly = 0"
        case .accessDenied: "GRANT CREATE, INSERT, SELECT, ALTER, DROP ON *.* TO the user in leat.yaml"
        default: "see the ClickHouse documentation for this error code"
        }
    }
}
