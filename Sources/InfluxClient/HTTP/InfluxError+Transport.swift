import HTTPTransport
import InfluxProtocol

extension InfluxError {
    /// Classifies what the HTTP client threw.
    ///
    /// - Parameters:
    ///   - address: for people: where the request went.
    ///   - mayHaveChangedData: whether the request could change anything at all.
    static func transport(_ error: any Error, address: String, mayHaveChangedData: Bool) -> InfluxError {
        if let error = error as? InfluxError { return error }
        let failure = TransportFailure(error, address: address)
        return InfluxError(
            code: Code(failure.kind),
            message: failure.message,
            isTransient: failure.isTransient,
            isAnswerUncertain: failure.mayHaveArrived && mayHaveChangedData
        )
    }
}

extension InfluxError.Code {
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
