import Foundation
import Hummingbird
import Observability
import PipelineCore

/// What the command line asks of the running process, on its own socket: `GET` for states, `POST` for orders.
///
/// An order answers with lines for the user, or with 409 and an ``Explanation`` of why it could not be carried out.
package struct ControlRoutes: ConsoleRoutes {
    private let pipelines: @Sendable () -> [PipelineReport]
    private let objectives: @Sendable () -> [ObjectiveState]
    private let tables: @Sendable (TableOrder, [String]) async throws -> [String]
    private let repair: @Sendable (Data) async throws -> [String]

    /// - Parameters:
    ///   - pipelines: how each pipeline is now.
    ///   - objectives: how they are kept now.
    ///   - tables: carries out an order about tables; returns lines for the user.
    ///   - repair: carries out the order to repair rows, which the body describes; returns lines for the user.
    package init(
        pipelines: @escaping @Sendable () -> [PipelineReport],
        objectives: @escaping @Sendable () -> [ObjectiveState],
        tables: @escaping @Sendable (TableOrder, [String]) async throws -> [String],
        repair: @escaping @Sendable (Data) async throws -> [String]
    ) {
        self.pipelines = pipelines
        self.objectives = objectives
        self.tables = tables
        self.repair = repair
    }

    package var endpoints: RouteCollection<BasicRequestContext> {
        let routes = RouteCollection()
        routes.get("/control/objectives") { [objectives] _, _ in try Self.json(objectives()) }
        routes.get("/control/pipelines") { [pipelines] _, _ in try Self.json(pipelines()) }
        for order in TableOrder.allCases {
            routes.post("/control/\(RouterPath(order.rawValue))") { [tables] request, _ in
                try await Self.answer { try await tables(order, request.uri.queryParameters.getAll("table")) }
            }
        }
        routes.post("/control/repair") { [repair] request, _ in
            let body = try await request.body.collect(upTo: Self.orderBytesMax)
            return try await Self.answer { try await repair(Data(body.readableBytesView)) }
        }
        return routes
    }

    private static func answer(_ order: () async throws -> [String]) async throws -> Response {
        do {
            let lines = try await order()
            return Response(
                status: .ok,
                body: .init(byteBuffer: ByteBuffer(string: lines.joined(separator: "\n") + "\n"))
            )
        } catch {
            return try json(Explanation(of: error), status: .conflict)
        }
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value)))
        )
    }

    /// The keys of a hundred thousand rows.
    private static let orderBytesMax = 64 << 20
}
