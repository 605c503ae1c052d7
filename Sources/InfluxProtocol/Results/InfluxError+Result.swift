extension InfluxError {
    /// An error that stands within a result of `/query`, or is the whole of it.
    public init(statement message: String) {
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
    public static func notAResult(_ fault: DecodingFault) -> InfluxError {
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
}
