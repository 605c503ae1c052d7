import InfluxClient
import LeatState

/// What one InfluxDB pipeline is told: where from, how far back, how fast.
public struct SeriesOptions: Sendable {
    /// What happens to points that the source no longer has.
    public enum OnDelete: String, Sendable, Hashable, CaseIterable {
        /// They stay in the warehouse.
        case keep
        /// They are removed there, too. What the source's retention removes stays in any case.
        case mirror
    }

    /// Where pushed points are taken.
    public enum Listen: Sendable, Hashable {
        /// Nowhere: the source is polled.
        case off
        /// On this address, under which the source reaches us; port 0 for one that is free.
        case on(host: String, port: Int)
    }

    /// The pipeline's name: the key of its source in `leat.yaml`.
    public var name: String
    public var source: InfluxEndpoint
    /// The ClickHouse database; the raw tables go to `<database>_raw`.
    public var warehouseDatabase: String
    /// How late points may come and still be found by the next reads; 1 s to 30 d.
    public var lookback: Duration = .seconds(900)
    public var listen = Listen.on(host: "127.0.0.1", port: 0)
    public var onDelete = OnDelete.keep
    /// How often everything that the source retains is compared.
    public var sweepInterval: Duration = .seconds(3600)
    /// After how long ClickHouse forgets a point; nil for never.
    public var timeToLive: Duration?
    /// fsync before an insert is answered.
    public var isDurable = true
    /// Rows and bytes of one insert while reading.
    public var batchRows = 100_000
    public var batchBytes = 24 << 20
    /// How long pushed points are gathered for one insert.
    public var pushInterval: Duration = .milliseconds(150)
    /// Bytes of pushed points that may wait; beyond, pushes are refused and what they held is read later.
    public var pushBytesMax = 48 << 20
    /// Statements that read or count many points at the source and run beside each other, of all measurements together. One
    /// leaves the other cores to the warehouse; two at once took InfluxDB half as much time again in garbage collection.
    public var readersMax = 1
    /// Of a window: what is recorded, compared and read again as one.
    public var windowLength: Duration = .seconds(60)
    /// How often counts within the look-back are compared.
    public var comparisonInterval: Duration = .seconds(30)

    public init(name: String, source: InfluxEndpoint, warehouseDatabase: String) {
        self.name = name
        self.source = source
        self.warehouseDatabase = warehouseDatabase
    }
}

extension Duration {
    /// Whole nanoseconds, as many as fit.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole.addingClamped(attoseconds / 1_000_000_000)
    }
}
