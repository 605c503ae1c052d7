import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import Verification

extension Repair {
    /// Comparisons of measurements with something to repair.
    private static let measurementRoundsMax = 5

    /// Compares the measurements of one source, has the spans that differ read again, and compares those measurements
    /// again.
    ///
    /// - Parameter unknown: names asked for that have not been found yet; those found here are taken out.
    /// - Returns: `nil` if none is asked for, or none is there.
    func repairMeasurements(
        _ tables: [String],
        of source: LeatConfiguration.Source,
        _ influx: LeatConfiguration.InfluxDB,
        warehouse: ClickHouseClient,
        unknown: inout Set<String>,
        isDry: Bool
    ) async throws -> VerificationReport? {
        var options = MeasurementVerifier.Options()
        // It is about to be read again whatever the pipeline would still do by itself.
        options.settleMax = .zero
        var report: VerificationReport?
        var pending = tables
        for round in 0...Self.measurementRoundsMax {
            let line = ProgressLine(isSilent: isSilent)
            guard
                let part = try await Comparison.measurements(
                    of: source,
                    influx,
                    warehouse: warehouse,
                    tables: pending,
                    unknown: &unknown,
                    options: options,
                    line: line,
                    logger: logger
                )
            else { return report }
            line.finish("compared \(part.tables.count) measurements")
            var merged = report ?? VerificationReport(position: part.position, tables: [])
            merged.position = part.position
            for result in part.tables {
                if let index = merged.tables.firstIndex(where: { $0.name == result.name }) {
                    merged.tables[index] = result
                } else {
                    merged.tables.append(result)
                }
            }
            report = merged
            let order = RepairOrder(
                source: source.name,
                measurements: part.tables.filter { !$0.differentSpans.isEmpty }.map { result in
                    RepairOrder.Measurement(
                        name: result.name,
                        spans: result.differentSpans.map { [$0.lowerBound, $0.upperBound] }
                    )
                }
            )
            let names = order.measurements?.map(\.name) ?? []
            if isDry || names.isEmpty || round == Self.measurementRoundsMax { break }
            for answer in try await control.order("repair", body: try JSONEncoder().encode(order)) where !isSilent {
                Terminal.write(answer)
            }
            pending = names
        }
        return report
    }
}
