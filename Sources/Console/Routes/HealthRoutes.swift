import Hummingbird
import Observability

/// `/health`: 200 while the process works, 503 where a part of it does not.
package struct HealthRoutes: ConsoleRoutes {
    private let report: @Sendable () -> Health.Report

    /// - Parameter report: how the parts of the process are now.
    package init(report: @escaping @Sendable () -> Health.Report) { self.report = report }

    package var endpoints: RouteCollection<BasicRequestContext> {
        let routes = RouteCollection()
        return routes.get("/health") { [report] _, _ in
            let report = report()
            return Response(
                status: .init(code: report.httpStatus),
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: report.json + "\n"))
            )
        }
    }
}
