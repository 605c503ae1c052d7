import LeatState
import MySQLClient

extension SourceTrouble {
    /// What an error at a host means for the source.
    init(_ error: any Error, host: String) {
        switch error {
        case let error as HostRefusal:
            self.init(.refused, host: host, message: error.message, remedy: error.remedy)
        case let error as PipelineError:
            self.init(.refused, host: host, message: error.message, remedy: error.remedy)
        case let error as MySQLError:
            if let loss = BinlogLoss(error) {
                let kind: Kind = loss.step == .reconnect ? .stream : .refused
                self.init(kind, host: host, message: "\(host): \(error)", remedy: loss.remedy)
                return
            }
            let kind: Kind =
                switch error.code {
                case .authentication: .logIn
                case .connectionFailed, .tls, .timeout: .unreachable
                default: .stream
                }
            let message = error.message.contains(host) ? "\(error)" : "\(host): \(error)"
            self.init(kind, host: host, message: message, remedy: error.remedy ?? "")
        default:
            self.init(.stream, host: host, message: "\(host): \(error)")
        }
    }
}
