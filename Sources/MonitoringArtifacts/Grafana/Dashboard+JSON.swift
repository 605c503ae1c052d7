/// The model that Grafana imports and provisions, as versions from 10 on read it:
/// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
extension Dashboard {
    /// The file's text.
    package var json: String { model.text }

    private static let columns = 24

    private var model: JSONValue {
        [
            "annotations": ["list": []],
            "description": .string(help),
            "editable": true,
            "graphTooltip": 1,
            "id": .null,
            "links": [
                [
                    "asDropdown": true, "icon": "external link", "includeVars": true, "keepTime": true,
                    "tags": ["leat"],
                    "targetBlank": false, "title": "Leat", "type": "dashboards",
                ]
            ],
            "panels": .array(laidOut),
            "refresh": "10s",
            "schemaVersion": 39,
            "tags": ["leat"],
            "templating": ["list": .array(variables)],
            "time": ["from": "now-1h", "to": "now"],
            "timepicker": [:],
            "timezone": "browser",
            "title": .string(title),
            "uid": .string(uid),
            "version": 1,
        ]
    }

    /// Panels from left to right, a new line where one does not fit, each row under its heading.
    private var laidOut: [JSONValue] {
        var panels: [JSONValue] = []
        var y = 0
        for row in rows {
            panels.append([
                "collapsed": false, "gridPos": Self.place(x: 0, y: y, width: Self.columns, height: 1),
                "id": .integer(panels.count + 1), "panels": [], "title": .string(row.title), "type": "row",
            ])
            y += 1
            var (x, height) = (0, 0)
            for panel in row.panels {
                if x + panel.width > Self.columns {
                    y += height
                    (x, height) = (0, 0)
                }
                panels.append(
                    panel.model(
                        id: panels.count + 1,
                        at: Self.place(x: x, y: y, width: panel.width, height: panel.height)
                    )
                )
                x += panel.width
                height = max(height, panel.height)
            }
            y += height
        }
        return panels
    }

    private static func place(x: Int, y: Int, width: Int, height: Int) -> JSONValue {
        ["h": .integer(height), "w": .integer(width), "x": .integer(x), "y": .integer(y)]
    }

    private var variables: [JSONValue] {
        var variables: [JSONValue] = [
            [
                "current": [:], "hide": 0, "includeAll": false, "label": "Data source", "multi": false,
                "name": "datasource", "options": [], "query": "prometheus", "refresh": 1, "regex": "",
                "skipUrlSync": false, "type": "datasource",
            ]
        ]
        guard panels.contains(where: { $0.lines.contains { $0.query.text.contains("$source") } }) else {
            return variables
        }
        let query = Self.sourcesQuery
        variables.append([
            "allValue": ".*", "current": ["selected": true, "text": ["All"], "value": ["$__all"]],
            "datasource": Panel.datasource, "definition": .string(query), "hide": 0, "includeAll": true,
            "label": "Source", "multi": true, "name": "source", "options": [],
            "query": ["query": .string(query), "refId": "StandardVariableQuery"], "refresh": 2, "regex": "",
            "skipUrlSync": false, "sort": 1, "type": "query",
        ])
        return variables
    }
}

extension Panel {
    static let datasource: JSONValue = ["type": "prometheus", "uid": "${datasource}"]

    func model(id: Int, at place: JSONValue) -> JSONValue {
        [
            "datasource": Self.datasource,
            "description": .string(help),
            "fieldConfig": ["defaults": defaults, "overrides": []],
            "gridPos": place,
            "id": .integer(id),
            "options": options,
            "targets": .array(targets),
            "title": .string(title),
            "transformations": kind == .table ? Self.tableTransformations : [],
            "type": .string(kind.rawValue),
        ]
    }

    private var targets: [JSONValue] {
        lines.enumerated().map { index, line in
            [
                "datasource": Self.datasource,
                "editorMode": "code",
                "expr": .string(line.query.text),
                "format": kind == .table ? "table" : "time_series",
                "instant": .bool(kind != .timeSeries),
                "legendFormat": .string(line.legend),
                "range": .bool(kind == .timeSeries),
                "refId": .string(String(UnicodeScalar(UInt8(ascii: "A") + UInt8(clamping: index)))),
            ]
        }
    }

    private var defaults: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("color", ["mode": limits == nil ? "palette-classic" : "thresholds"]),
            ("custom", kind == .timeSeries ? Self.drawing : [:]),
            ("mappings", []),
            ("thresholds", ["mode": "absolute", "steps": .array(steps)]),
            ("unit", .string(unit.rawValue)),
        ]
        if kind == .timeSeries, unit != .age { members.append(("min", 0)) }
        return .object(members)
    }

    private static let drawing: JSONValue = [
        "drawStyle": "line", "fillOpacity": 8, "lineInterpolation": "linear", "lineWidth": 1, "pointSize": 4,
        "scaleDistribution": ["type": "linear"], "showPoints": "never", "spanNulls": false,
        "stacking": ["group": "A", "mode": "none"], "thresholdsStyle": ["mode": "off"],
    ]

    /// From the lowest value upwards; the first has none.
    private var steps: [JSONValue] {
        guard let limits else { return [["color": "green", "value": .null]] }
        if limits.areLow {
            var steps: [JSONValue] = [["color": .string(limits.critical == nil ? "orange" : "red"), "value": .null]]
            if let critical = limits.critical { steps.append(["color": "orange", "value": .number(critical)]) }
            return steps + [["color": "green", "value": .number(limits.warning)]]
        }
        var steps: [JSONValue] = [
            ["color": "green", "value": .null],
            ["color": .string(limits.critical == nil ? "red" : "orange"), "value": .number(limits.warning)],
        ]
        if let critical = limits.critical { steps.append(["color": "red", "value": .number(critical)]) }
        return steps
    }

    private var options: JSONValue {
        switch kind {
        case .timeSeries:
            [
                "legend": [
                    "calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": true,
                ],
                "tooltip": ["mode": "multi", "sort": "desc"],
            ]
        case .stat:
            [
                "colorMode": limits == nil ? "none" : "background", "graphMode": "none", "justifyMode": "auto",
                "orientation": "auto", "reduceOptions": ["calcs": ["lastNotNull"], "fields": "", "values": false],
                "textMode": "auto",
            ]
        case .table:
            ["cellHeight": "sm", "footer": ["show": false], "showHeader": true]
        }
    }

    /// Columns that say nothing: when it was asked, and which metric it is.
    private static let tableTransformations: JSONValue = [
        [
            "id": "organize",
            "options": [
                "excludeByName": ["Time": true, "__name__": true, "instance": true, "job": true], "indexByName": [:],
                "renameByName": [:],
            ],
        ]
    ]
}
