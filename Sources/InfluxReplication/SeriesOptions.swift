import InfluxClient
import LeatState

/// The options of one InfluxDB pipeline: where from, how far back, how fast.
package struct SeriesOptions: Sendable {
    /// What happens to points that the source no longer has.
    package enum OnDelete: String, Sendable, Hashable, CaseIterable {
        /// They stay in the warehouse.
        case keep
        /// They are removed there, too. What the source's retention removes stays in any case.
        case mirror
    }

    /// Where pushed points are taken.
    package enum Listen: Sendable, Hashable {
        /// Nowhere: the source is polled.
        case off
        /// On this address, under which the source reaches us; port 0 for one that is free.
        case on(host: String, port: Int)
    }

    /// The pipeline's name: the key of its source in `leat.yaml`.
    package var name: String
    package var source: InfluxEndpoint
    /// The ClickHouse database; the raw tables go to `<database>_raw`.
    package var warehouseDatabase: String
    /// How late points may come and still be found by the next reads; 1 s to 30 d.
    package var lookback: Duration = .seconds(900)
    package var listen = Listen.on(host: "127.0.0.1", port: 0)
    package var onDelete = OnDelete.keep
    /// How often everything that the source retains is compared.
    package var sweepInterval: Duration = .seconds(3600)
    /// After how long ClickHouse forgets a point; nil for never.
    package var timeToLive: Duration?
    /// fsync before an insert is answered.
    package var isDurable = true
    /// Rows and bytes of one insert while reading.
    package var batchRows = 100_000
    package var batchBytes = 24 << 20
    /// How long pushed points are gathered for one insert.
    package var pushInterval: Duration = .milliseconds(150)
    /// Bytes of pushed points that may wait; beyond, pushes are refused and what they held is read later.
    package var pushBytesMax = 48 << 20
    /// Statements that read or count many points at the source and run concurrently, of all measurements together. One
    /// leaves the other cores to the warehouse; with two, InfluxDB took half as much time again for garbage collection.
    package var readersMax = 1
    /// Of a window: what is recorded, compared and read again as one.
    package var windowLength: Duration = .seconds(60)
    /// How often counts within the look-back are compared.
    package var comparisonInterval: Duration = .seconds(30)

    package init(name: String, source: InfluxEndpoint, warehouseDatabase: String) {
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
