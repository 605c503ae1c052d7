import ColumnarBytes

/// Reads the JSON of `/query` into an ``InfluxResult``.
public enum ResultDecoder {
    /// - Throws: ``InfluxError``: the server's own where the result holds one, else `.protocolViolation`.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(InfluxError) -> InfluxResult {
        var scanner = JSONScanner(bytes, scratch: GrowableBytes())
        var result = InfluxResult(statements: [])
        var serverError: String?
        do throws(DecodingFault) {
            try scanner.object { (scanner, key) throws(DecodingFault) in
                switch key {
                case "error": serverError = try scanner.text()
                case "results":
                    try scanner.array { (scanner) throws(DecodingFault) in
                        result.statements.append(try statement(&scanner, &serverError))
                    }
                default: try scanner.skipValue()
                }
            }
            scanner.skipSpace()
            if scanner.at < scanner.end { throw .malformed("nothing behind the result") }
        } catch {
            throw .notAResult(error)
        }
        if let serverError { throw InfluxError(statement: serverError) }
        return result
    }

    private static func statement(
        _ scanner: inout JSONScanner,
        _ serverError: inout String?
    ) throws(DecodingFault) -> InfluxResult.Statement {
        var statement = InfluxResult.Statement(series: [])
        var failure: String?
        try scanner.object { (scanner, key) throws(DecodingFault) in
            switch key {
            case "error": failure = try scanner.text()
            case "series":
                try scanner.array { (scanner) throws(DecodingFault) in statement.series.append(try series(&scanner)) }
            case "messages":
                try scanner.array { (scanner) throws(DecodingFault) in
                    try scanner.object { (scanner, key) throws(DecodingFault) in
                        if key == "text" {
                            statement.messages.append(try scanner.text())
                        } else {
                            try scanner.skipValue()
                        }
                    }
                }
            default: try scanner.skipValue()
            }
        }
        serverError = serverError ?? failure
        return statement
    }

    private static func series(_ scanner: inout JSONScanner) throws(DecodingFault) -> InfluxResult.Series {
        var series = InfluxResult.Series(name: "", columns: [], values: [])
        try scanner.object { (scanner, key) throws(DecodingFault) in
            switch key {
            case "name": series.name = try scanner.text()
            case "tags":
                try scanner.object { (scanner, key) throws(DecodingFault) in series.tags[key] = try scanner.text() }
            case "columns":
                try scanner.array { (scanner) throws(DecodingFault) in series.columns.append(try scanner.text()) }
            case "values":
                try scanner.array { (scanner) throws(DecodingFault) in
                    var row: [InfluxValue?] = []
                    row.reserveCapacity(series.columns.count)
                    try scanner.array { (scanner) throws(DecodingFault) in row.append(try scanner.scalar()) }
                    series.values.append(row)
                }
            default: try scanner.skipValue()
            }
        }
        return series
    }
}
