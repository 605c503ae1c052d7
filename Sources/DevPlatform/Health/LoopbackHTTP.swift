import Dispatch

/// One HTTP request to a server of this machine. Small answers only; no redirects, no reuse.
///
/// Speaks HTTP/1.0, so that answers come neither chunked nor kept open.
struct LoopbackHTTP: Sendable {
    struct Response: Sendable {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    var port: Int
    var headers: [(name: String, value: String)] = []
    var timeoutSeconds = 5

    /// - Returns: nil where nothing answers.
    func get(_ path: String) async -> Response? {
        await send("GET", path, body: nil)
    }

    func post(_ path: String, form: [(name: String, value: String)]) async -> Response? {
        let body = form.map { "\($0.name)=\(Self.percentEncoded($0.value))" }.joined(separator: "&")
        return await send("POST", path, body: body)
    }

    private func send(_ method: String, _ path: String, body: String?) async -> Response? {
        var request = "\(method) \(path) HTTP/1.0\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for header in headers { request += "\(header.name): \(header.value)\r\n" }
        if let body {
            request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        request += "\r\n" + (body ?? "")
        let bytes = Array(request.utf8)
        let (port, timeoutSeconds) = (port, timeoutSeconds)
        // Sockets here block: not on the threads that tasks run on.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Self.exchange(bytes, port: port, timeoutSeconds: timeoutSeconds))
            }
        }
    }

    private static func exchange(_ request: [UInt8], port: Int, timeoutSeconds: Int) -> Response? {
        do throws(LoopbackSocket.Failure) {
            let socket = try LoopbackSocket.open(port: port, timeoutSeconds: timeoutSeconds)
            try socket.write(request)
            var answer: [UInt8] = []
            while answer.count < 1 << 20, try socket.read(into: &answer) {}
            return parse(answer)
        } catch {
            return nil
        }
    }

    static func parse(_ bytes: [UInt8]) -> Response? {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix("HTTP/") else { return nil }
        let words = first.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        var next = 1
        while next < lines.count, !lines[next].isEmpty {
            if let colon = lines[next].firstIndex(of: ":") {
                let value = lines[next][lines[next].index(after: colon)...].drop { $0 == " " }
                headers[lines[next][..<colon].lowercased()] = String(value)
            }
            next += 1
        }
        return Response(status: status, headers: headers, body: lines.dropFirst(next + 1).joined(separator: "\r\n"))
    }

    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
