import HTTPTransport
import Hummingbird
import InfluxClient
import InfluxProtocol
import LeatState
import Logging
import NIOCore
import PipelineCore
import Synchronization
import Warehouse

/// Where InfluxDB pushes accepted writes to: `POST /write`, as its subscriptions send them, with a password that was
/// made up at the start.
///
/// A push is answered when its bytes are taken, not when they are in the warehouse: InfluxDB does not send anything
/// again whatever the answer is. What is lost here, or on the way, the windowed reads bring.
struct PushServer: Sendable {
    /// Points of one write that a subscription sends again as one body.
    static let bodyBytesMax = 64 << 20

    let host: String
    let port: Int
    let user = "leat"
    let password: String
    let intake: PushIntake
    let budget: PushBudget
    /// A retention policy by its name; `nil` for the default one, whose name may change.
    let policy: @Sendable (_ name: String) -> String?
    let onRefused: @Sendable () -> Void
    let onReceived: @Sendable () -> Void
    let logger: Logger

    /// Serves until cancelled.
    ///
    /// - Parameter onRunning: gets the port.
    /// - Throws: ``PipelineError`` `.precondition` if the address is taken.
    func run(onRunning: @escaping @Sendable (Int) async -> Void) async throws {
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            router: router(),
            configuration: .init(address: .hostname(host, port: port), serverName: "leat"),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: quiet
        )
        do {
            try await application.runService(gracefulShutdownSignals: [])
        } catch {
            if error is CancellationError || Task.isCancelled { return }
            throw PipelineError(
                .precondition,
                "nothing can listen on \(host):\(port) for points that InfluxDB pushes (\(error))",
                remedy: "end the process that has the port, or set listen: of the source in leat.yaml"
            )
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("/write") { request, _ in try await take(request) }
        return router
    }

    private func take(_ request: Request) async throws -> Response {
        guard isAllowed(request) else {
            return Response(status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"leat\""])
        }
        guard let precision = TimePrecision(parameter: request.uri.queryParameters["precision"].map(String.init)) else {
            return Response(status: .badRequest)
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? Self.bodyBytesMax
        guard announced >= 0, announced <= Self.bodyBytesMax else {
            onRefused()
            return Response(status: .contentTooLarge)
        }
        // Line protocol takes about as much room as the columns that it becomes.
        guard budget.take(announced) else {
            onRefused()
            return Response(status: .serviceUnavailable)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: max(announced, 1))
        } catch {
            budget.giveBack(announced)
            onRefused()
            return Response(status: .badRequest)
        }
        let name = request.uri.queryParameters["rp"].map(String.init) ?? ""
        onReceived()
        await intake.push(body, precision: precision, policy: policy(name), reserved: announced)
        return Response(status: .noContent)
    }

    private func isAllowed(_ request: Request) -> Bool {
        guard let given = request.headers[.authorization] else { return false }
        let expected = Array("Basic \(Base64.encode("\(user):\(password)"))".utf8)
        let bytes = Array(given.utf8)
        guard bytes.count == expected.count else { return false }
        // Takes as long whatever is wrong.
        return zip(bytes, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
