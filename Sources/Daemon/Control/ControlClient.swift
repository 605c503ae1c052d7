import AsyncHTTPClient
import Foundation
import LeatState
import NIOCore
import NIOHTTP1
import PipelineCore
import Warehouse

/// Sends orders to the process that runs a configuration, over its Unix socket.
package struct ControlClient {
    /// The path of the socket.
    package let socket: String

    package init(socket: String) { self.socket = socket }

    /// - Parameters:
    ///   - tables: what the order concerns, where it needs no body.
    ///   - body: what else it needs, as JSON.
    /// - Returns: what the process answers, line by line.
    package func order(_ verb: String, tables: [String] = [], body: Data? = nil) async throws -> [String] {
        guard FileManager.default.fileExists(atPath: socket) else { throw notRunning }
        var url = URLComponents()
        url.path = "/control/\(verb)"
        url.queryItems = tables.map { URLQueryItem(name: "table", value: $0) }
        var request = HTTPClientRequest(url: address + (url.string ?? ""))
        request.method = .POST
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response: HTTPClientResponse
        do {
            response = try await HTTPClient.shared.execute(request, timeout: .hours(6))
        } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error) {
            throw PipelineError(
                .precondition,
                "the running process has not answered for six hours; it may still be carrying out the order",
                remedy: "see its log, and leat status"
            )
        } catch {
            throw notRunning
        }
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        guard response.status == .ok else {
            let explanation = try? JSONDecoder().decode(Explanation.self, from: Data(text.utf8))
            throw PipelineError(
                .precondition,
                explanation?.cause ?? "the order was refused (HTTP \(response.status.code))",
                remedy: explanation?.remedy ?? "leat status"
            )
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// The socket as the HTTP client takes it.
    package var address: String {
        "http+unix://" + (socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket)
    }

    private var notRunning: PipelineError {
        PipelineError(
            .precondition,
            "no process runs this configuration here (nothing answers at \(socket))",
            remedy: "start it with `leat up` or `leat run`"
        )
    }
}
