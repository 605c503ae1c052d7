import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Observability

extension ControlClient {
    /// How the objectives are kept; nil if no process runs the configuration here.
    package func objectives() async -> [ObjectiveState]? {
        guard FileManager.default.fileExists(atPath: socket) else { return nil }
        let request = HTTPClientRequest(url: address + "/control/objectives")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(5)),
            response.status == .ok, let body = try? await response.body.collect(upTo: 4 << 20)
        else { return nil }
        return try? JSONDecoder().decode([ObjectiveState].self, from: Data(body.readableBytesView))
    }
}
