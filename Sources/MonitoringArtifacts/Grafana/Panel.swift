/// One panel of a dashboard.
package struct Panel: Sendable, Hashable {
    /// What it is drawn as, by Grafana's name.
    package enum Kind: String, Sendable, Hashable {
        case timeSeries = "timeseries"
        case stat
        /// The newest value of each series, a row each.
        case table
    }

    /// Grafana's names of units.
    package enum Unit: String, Sendable, Hashable {
        case number = "short"
        case seconds = "s"
        case bytes
        case bytesPerSecond = "Bps"
        case perSecond = "cps"
        case share = "percentunit"
        /// A moment in milliseconds since 1970, shown as its age.
        case age = "dateTimeFromNow"
        case upOrDown = "bool_on_off"
    }

    /// A series, or several, and how they are called in the legend.
    package struct Line: Sendable, Hashable {
        package var query: Query
        /// With `{{label}}` for labels.
        package var legend: String
    }

    package var title: String
    package var kind: Kind
    package var unit: Unit
    /// What one sees, and when it is bad.
    package var help: String
    package var lines: [Line]
    /// Colours from these values on; nil: one colour.
    package var limits: Limits?

    /// Values from which on it is drawn in the colours of a warning and of an error.
    package struct Limits: Sendable, Hashable {
        package var warning: Double
        package var critical: Double?
        /// Whether small values are the bad ones.
        package var areLow = false
    }

    /// Of the 24 columns of a row.
    var width: Int {
        switch kind {
        case .stat: 4
        case .timeSeries: 12
        case .table: 24
        }
    }

    var height: Int { kind == .stat ? 4 : 8 }

    static func graph(_ title: String, _ unit: Unit, _ help: String, _ lines: (String, Query)...) -> Panel {
        Panel(
            title: title,
            kind: .timeSeries,
            unit: unit,
            help: help,
            lines: lines.map { Line(query: $0.1, legend: $0.0) }
        )
    }

    static func stat(
        _ title: String,
        _ unit: Unit,
        _ help: String,
        _ query: Query,
        legend: String = "{{source}}",
        limits: Limits? = nil
    ) -> Panel {
        Panel(
            title: title,
            kind: .stat,
            unit: unit,
            help: help,
            lines: [Line(query: query, legend: legend)],
            limits: limits
        )
    }

    static func table(_ title: String, _ unit: Unit, _ help: String, _ query: Query) -> Panel {
        Panel(title: title, kind: .table, unit: unit, help: help, lines: [Line(query: query, legend: "")])
    }
}
