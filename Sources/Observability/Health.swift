import Synchronization

/// How the parts of a process are, for `/health` and `leat status`. Each part reports itself.
package final class Health: Sendable {
    /// How a part of the process is, the best first.
    package enum Status: String, Sendable, Hashable, CaseIterable, Comparable {
        case ok
        /// Works, but someone should investigate.
        case degraded
        /// Does not work.
        case failed

        package static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .ok ? 0 : self == .degraded ? 1 : 2 }
    }

    /// A part of the process, or a server that it needs.
    package struct Component: Sendable, Hashable {
        package var name: String
        package var status: Status
        /// Why, and what to do; empty when ok.
        package var cause: String
        /// When the status was entered, in seconds since 1970.
        package var since: Double
    }

    /// All parts at one moment, as `/health` gives it.
    package struct Report: Sendable, Hashable {
        /// The worst of the components; ok without any.
        package var status: Status
        /// By name.
        package var components: [Component]

        /// 200, or 503 when a component failed.
        package var httpStatus: Int { status == .failed ? 503 : 200 }

        /// `{"status":"ok","components":[{"name":…,"status":…,"cause":…,"since":…}]}`
        package var json: String {
            let parts = components.map { component in
                "{\"name\":\(JSONText.quoted(component.name)),\"status\":\"\(component.status.rawValue)\","
                    + "\"cause\":\(JSONText.quoted(component.cause)),"
                    + "\"since\":\(PrometheusText.number(component.since))}"
            }
            return "{\"status\":\"\(status.rawValue)\",\"components\":[\(parts.joined(separator: ","))]}"
        }
    }

    private let components = Mutex<[String: Component]>([:])
    private let now: @Sendable () -> Double

    package convenience init() {
        self.init { WallClock.now().secondsSince1970 }
    }

    init(now: @escaping @Sendable () -> Double) {
        self.now = now
    }

    /// Says how a part is. Repeating a status keeps the time since which it holds.
    /// - Returns: whether the status changed, for a log line.
    @discardableResult
    package func report(_ name: String, _ status: Status, cause: String = "") -> Bool {
        let time = now()
        return components.withLock { components in
            let isChange = components[name]?.status != status
            let since = isChange ? time : components[name]?.since ?? time
            components[name] = Component(name: name, status: status, cause: status == .ok ? "" : cause, since: since)
            return isChange
        }
    }

    /// The part is gone (a table dropped, a pipeline removed).
    package func remove(_ name: String) {
        components.withLock { _ = $0.removeValue(forKey: name) }
    }

    package func report() -> Report {
        let components = components.withLock { $0.values.sorted { $0.name < $1.name } }
        return Report(status: components.map(\.status).max() ?? .ok, components: components)
    }
}
