extension ArchitectureDiagram {
    /// The diagram as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which code hosts render in
    /// place.
    package var mermaid: String {
        var lines = ["flowchart LR"]
        for group in groups {
            lines.append("    subgraph \(group.id)[\"\(Self.escaped(group.title))\"]")
            for node in group.nodes {
                let text = node.lines.map(Self.escaped).joined(separator: "<br/>")
                switch node.shape {
                case .box: lines.append("        \(node.id)[\"\(text)\"]")
                case .store: lines.append("        \(node.id)[(\"\(text)\")]")
                case .endpoint: lines.append("        \(node.id)([\"\(text)\"])")
                }
            }
            lines.append("    end")
        }
        for flow in flows {
            lines.append(
                flow.isDotted
                    ? "    \(flow.from) -. \"\(Self.escaped(flow.label))\" .-> \(flow.to)"
                    : "    \(flow.from) -- \"\(Self.escaped(flow.label))\" --> \(flow.to)"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
