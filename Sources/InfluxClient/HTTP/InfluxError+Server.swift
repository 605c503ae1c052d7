import InfluxProtocol

extension InfluxError {
    /// What the server answers with a status of 400 or more.
    ///
    /// - Parameter isWrite: Whether points may have been stored nevertheless.
    init(status: Int, body: ServerMessage, isWrite: Bool) {
        self.init(statement: body.text)
        self.status = status
        if body.text.isEmpty { message = "HTTP status \(status)" }
        switch status {
        case 401: code = .authentication
        case 403: code = .accessDenied
        case 404 where code == .server: code = isWrite ? .unknownDatabase : .protocolViolation
        case 413:
            code = .tooLarge
        case 408, 425, 429, 502, 503, 504:
            code = status == 408 || status == 504 ? .timeout : .overloaded
            isTransient = true
            isAnswerUncertain = isWrite && (status == 408 || status == 502 || status == 504)
        case 500...:
            // A full cache, a timeout of the disk: the server took some of it or nothing.
            isTransient = code != .unknownDatabase && code != .unknownRetentionPolicy
            isAnswerUncertain = isWrite && isTransient
        case 400, 422: if code == .server { code = .refused }
        default: break
        }
        if status < 500 && ![408, 425, 429].contains(status) { isTransient = false }
    }
}
