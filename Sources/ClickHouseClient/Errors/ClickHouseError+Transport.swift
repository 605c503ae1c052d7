import ClickHouseFormat
import HTTPTransport

extension ClickHouseError {
    /// Classifies what the HTTP client threw.
    ///
    /// - Parameters:
    ///   - address: for people: where the request went.
    ///   - wasSent: whether any byte of the request may have reached the server.
    ///   - mayHaveChangedData: whether the request could change anything at all.
    static func transport(
        _ error: any Error,
        address: String,
        queryID: String?,
        wasSent: Bool,
        mayHaveChangedData: Bool
    ) -> ClickHouseError {
        let isUncertain = wasSent && mayHaveChangedData
        switch error {
        case let error as ClickHouseError: return error
        case let error as CompressionError:
            return ClickHouseError(
                code: .protocolViolation,
                message: "compression failed: \(error)",
                isAnswerUncertain: isUncertain,
                queryID: queryID
            )
        default:
            let failure = TransportFailure(error, address: address)
            return ClickHouseError(
                code: Code(failure.kind),
                message: failure.message,
                isTransient: failure.isTransient,
                isAnswerUncertain: failure.mayHaveArrived && isUncertain,
                queryID: queryID
            )
        }
    }
}

extension ClickHouseError.Code {
    init(_ kind: TransportFailure.Kind) {
        switch kind {
        case .cancelled: self = .cancelled
        case .closed: self = .closed
        case .timeout: self = .timeout
        case .connectionFailed: self = .connectionFailed
        case .connectionLost: self = .connectionLost
        case .invalidRequest: self = .invalidRequest
        }
    }
}
