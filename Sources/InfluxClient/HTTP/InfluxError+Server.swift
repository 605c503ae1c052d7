extension InfluxError {
    /// An error that stands within a result of `/query`, or is the whole of it.
    init(statement message: String) {
        let text = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        let code: Code
        var isTransient = false
        if says("database not found", "bucket not found", "database does not exist") {
            code = .unknownDatabase
        } else if says("retention policy not found") {
            code = .unknownRetentionPolicy
        } else if says("not authorized", "forbidden", "requires admin privilege") {
            code = .accessDenied
        } else if says("authorization failed", "authentication failed", "unauthorized") {
            code = .authentication
        } else if says("error parsing query") {
            code = .refused
        } else if says("query interrupted", "query killed") {
            code = .cancelled
        } else if says("timeout") {
            code = .timeout
            isTransient = true
        } else if says("max-select-", "max-concurrent-queries") {
            code = says("concurrent") ? .overloaded : .resultTooLarge
            isTransient = says("concurrent")
        } else {
            code = .server
            isTransient = says("shutdown", "closed", "engine")
        }
        self.init(code: code, message: String(message.prefix(1000)), isTransient: isTransient)
    }

    /// What answers is not InfluxDB, or a proxy has changed what it says.
    static func notAResult(_ fault: DecodingFault) -> InfluxError {
        switch fault {
        case .incomplete:
            InfluxError(code: .connectionLost, message: "the result ends in the middle", isTransient: true)
        case .malformed(let expected):
            InfluxError(
                code: .protocolViolation,
                message: "the answer is not a result of InfluxDB: expected \(expected)"
            )
        case .failed(let error): error
        }
    }

    /// What the server answers with a status of 400 or more.
    ///
    /// - Parameter isWrite: Whether points may have been stored all the same.
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
