import Hummingbird
import Observability

/// `/metrics` for Prometheus.
package struct MetricsRoutes: ConsoleRoutes {
    private let registry: MetricsRegistry

    package init(_ registry: MetricsRegistry) { self.registry = registry }

    package var endpoints: RouteCollection<BasicRequestContext> {
        let routes = RouteCollection()
        return routes.get("/metrics") { [registry] _, _ in
            Response(
                status: .ok,
                headers: [.contentType: MetricsRegistry.contentType],
                body: .init(byteBuffer: ByteBuffer(string: registry.exposition()))
            )
        }
    }
}
