/// A day of one site as a picture (SVG): temperature, humidity and battery of its devices, as a database holds them.
///
/// Lines end where points are missing and continue after them.
package struct FleetPlot: Sendable {
    private let generator: FleetGenerator
    private let site: Int
    private let devices: [FleetDevice]

    /// Devices shown at most.
    private static let devicesMax = 4
    private static let colours = ["#1f6feb", "#d4502a", "#1a8a5a", "#8250df"]
    private static let width = 960
    private static let left = 64
    private static let plotWidth = 872
    private static let panelHeight = 190
    private static let panelGap = 44
    private static let top = 84

    /// - Parameter site: index of the site; those that the fleet does not have are brought into range.
    package init(_ generator: FleetGenerator, site: Int = 0) {
        self.generator = generator
        let site = min(max(site, 0), generator.scale.sites - 1)
        self.site = site
        devices = (1...generator.scale.devices).lazy.map { generator.model.device($0) }
            .filter { $0.site == site }.prefix(FleetPlot.devicesMax).map { $0 }
    }

    /// One of the three pictures above each other.
    private struct Panel {
        let title: String
        /// Index in `FleetField.readings`.
        let field: Int
        let divisor: Double
    }

    private static let panels = [
        Panel(title: "temperature, °C", field: 1, divisor: 100),
        Panel(title: "relative humidity, %", field: 2, divisor: 10),
        Panel(title: "battery, %", field: 3, divisor: 10),
    ]

    /// A device's points of the day.
    private struct Trace {
        /// Seconds since the beginning of the day.
        var points: [(second: Int, point: FleetPoint)] = []
    }

    private func traces() -> [Trace] {
        let stream = generator.stream(.readings)
        let begin = generator.end - FleetClock.day
        return devices.map { device in
            let member = FleetStream.Member.device(device)
            var trace = Trace()
            for tick in begin / stream.interval..<generator.end / stream.interval {
                guard let fate = stream.fate(member, tick) else { continue }
                let point = stream.sent(member, tick, fate).last
                trace.points.append(((stream.due(member, tick) - begin) / FleetClock.second, point))
            }
            return trace
        }
    }

    /// The picture.
    package func svg() -> String {
        let traces = traces()
        let height = FleetPlot.top + FleetPlot.panels.count * (FleetPlot.panelHeight + FleetPlot.panelGap)
        let day = CivilDate(days: (generator.end - FleetClock.day) / FleetClock.day)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(FleetPlot.width)\" height=\"\(height)\""
                + " viewBox=\"0 0 \(FleetPlot.width) \(height)\" font-family=\"system-ui, sans-serif\" font-size=\"12\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
            "<text x=\"\(FleetPlot.left)\" y=\"30\" font-size=\"17\" fill=\"#1f2328\">"
                + "A day at \(FleetPlot.escaped(FleetSite.all[site].name)): 24 hours from \(day.year)-\(two(day.month))-\(two(day.day))"
                + " \(two(generator.end / FleetClock.hour % 24)):\(two(generator.end / FleetClock.minute % 60)) UTC</text>",
        ]
        for (index, device) in devices.enumerated() {
            let x = FleetPlot.left + index * 210
            lines.append(
                "<rect x=\"\(x)\" y=\"47\" width=\"18\" height=\"4\" fill=\"\(FleetPlot.colours[index])\"/>"
                    + "<text x=\"\(x + 24)\" y=\"54\" fill=\"#1f2328\">\(device.id), \(device.model.name)</text>"
            )
        }
        for (index, panel) in FleetPlot.panels.enumerated() {
            let y = FleetPlot.top + index * (FleetPlot.panelHeight + FleetPlot.panelGap)
            lines += draw(panel, traces, top: y)
        }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func draw(_ panel: Panel, _ traces: [Trace], top: Int) -> [String] {
        let values = traces.flatMap { trace in
            trace.points.filter { $0.point.has(panel.field) }.map {
                Double($0.point.values[panel.field]) / panel.divisor
            }
        }
        let step = FleetPlot.step((values.max() ?? 1) - (values.min() ?? 0))
        let low = ((values.min() ?? 0) / step).rounded(.down) * step
        let high = max(((values.max() ?? 1) / step).rounded(.up) * step, low + step)
        func y(_ value: Double) -> Double {
            Double(top) + Double(FleetPlot.panelHeight) * (high - value) / (high - low)
        }
        let right = FleetPlot.left + FleetPlot.plotWidth
        let bottom = top + FleetPlot.panelHeight
        var lines = ["<text x=\"\(FleetPlot.left)\" y=\"\(top - 8)\" fill=\"#1f2328\">\(panel.title)</text>"]
        for mark in 0...Int(((high - low) / step).rounded()) {
            let value = low + Double(mark) * step
            lines.append(
                "<path d=\"M\(FleetPlot.left) \(FleetPlot.text(y(value)))H\(right)\" stroke=\"#d8dee4\"/>"
                    + "<text x=\"\(FleetPlot.left - 8)\" y=\"\(FleetPlot.text(y(value) + 4))\" text-anchor=\"end\" fill=\"#59636e\">"
                    + "\(FleetPlot.text(value))</text>"
            )
        }
        let firstHour = generator.end / FleetClock.hour % 24
        for hour in stride(from: 0, through: 24, by: 3) {
            let x = FleetPlot.left + hour * FleetPlot.plotWidth / 24
            lines.append(
                "<path d=\"M\(x) \(top)V\(bottom)\" stroke=\"#eaeef2\"/>"
                    + "<text x=\"\(x)\" y=\"\(bottom + 16)\" text-anchor=\"middle\" fill=\"#59636e\">\((firstHour + hour) % 24) h</text>"
            )
        }
        for (index, trace) in traces.enumerated() {
            let path = FleetPlot.path(trace, panel, y)
            guard !path.isEmpty else { continue }
            lines.append(
                "<path d=\"\(path)\" fill=\"none\" stroke=\"\(FleetPlot.colours[index])\" stroke-width=\"1.3\""
                    + " stroke-linejoin=\"round\"/>"
            )
        }
        return lines
    }

    private static func path(_ trace: Trace, _ panel: Panel, _ y: (Double) -> Double) -> String {
        var path = ""
        var previous: Int?
        for (second, point) in trace.points where point.has(panel.field) {
            let x = Double(left) + Double(second) * Double(plotWidth) / 86_400
            let isJoined = previous.map { second - $0 < 420 } ?? false
            path += "\(isJoined ? "L" : "M")\(text(x)) \(text(y(Double(point.values[panel.field]) / panel.divisor)))"
            previous = second
        }
        return path
    }

    /// 1, 2 or 5 times a power of ten: about four of them span `range`.
    private static func step(_ range: Double) -> Double {
        var step = 0.1
        for factor in [2, 2.5, 2, 2, 2.5, 2, 2, 2.5, 2] where step * 5 < range { step *= factor }
        return step
    }

    /// With one digit after the point where it is not 0.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let whole = "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10)"
        return tenths % 10 == 0 ? whole : whole + ".\(tenths.magnitude % 10)"
    }

    private static func escaped(_ text: String) -> String {
        text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
    }
}
