/// What `leat render grafana` writes: the dashboards, and the two files with which Grafana finds them and Prometheus by
/// itself (https://grafana.com/docs/grafana/latest/administration/provisioning/).
package enum GrafanaFiles {
    package static let all: [RenderedFile] =
        [
            RenderedFile("provisioning/datasources/leat.yml", dataSources),
            RenderedFile("provisioning/dashboards/leat.yml", providers),
        ] + Dashboard.all.map { RenderedFile("dashboards/\($0.uid).json", $0.json) }

    private static let dataSources = """
        # Written by `leat render grafana`. Copy it to /etc/grafana/provisioning/datasources and change the address to that
        # of your Prometheus; 127.0.0.1:19090 is the one of `leat up`.
        apiVersion: 1
        datasources:
          - name: Leat
            uid: leat-prometheus
            type: prometheus
            access: proxy
            url: http://127.0.0.1:19090
            isDefault: true
            jsonData:
              timeInterval: 5s

        """

    private static let providers = """
        # Written by `leat render grafana`. Copy it to /etc/grafana/provisioning/dashboards, and the dashboards to the path
        # below.
        apiVersion: 1
        providers:
          - name: leat
            folder: Leat
            type: file
            allowUiUpdates: false
            options:
              path: /var/lib/grafana/dashboards/leat

        """
}
