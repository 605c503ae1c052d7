import Hummingbird

/// The addresses of one feature.
package protocol ConsoleRoutes: Sendable {
    var endpoints: RouteCollection<BasicRequestContext> { get }
}
