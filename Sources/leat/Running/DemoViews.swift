#if LocalPlatform
import ClickHouseClient
import LeatConfig

/// Views of the local platform over both sources: what the shop's shipments went through, by their trackers' readings.
///
/// `shop.shipments.device_id` names a device of the fleet. Created only where both sides are there; a view that someone
/// else has made is left alone.
struct DemoViews {
    static let mark = "leat:demo"
    static let database = "demo"

    /// The ClickHouse databases of the shop and of the fleet.
    let shop: String
    let fleet: String

    /// - Returns: `nil` if the configuration lacks one of the sources.
    init?(_ configuration: LeatConfiguration) {
        guard let (shop, _) = configuration.mySQLSources.first,
            let (fleet, influx) = configuration.influxDBSources.first
        else { return nil }
        self.shop = shop.warehouseDatabase(for: "shop")
        self.fleet = fleet.warehouseDatabase(for: influx.database)
    }

    /// A row for each shipment that travelled with a tracker: the shipment, and all that its tracker measured.
    var shipmentConditions: String {
        """
        CREATE OR REPLACE VIEW \(Self.database).shipment_conditions AS
        SELECT shipments.id AS shipment_id, shipments.order_id AS order_id, shipments.carrier AS carrier,
            shipments.status AS status, shipments.shipped_at AS shipped_at, shipments.delivered_at AS delivered_at,
            shipments.device_id AS device_id, devices.site AS site, devices.points AS points,
            devices.coldest AS coldest, devices.warmest AS warmest, devices.mean AS mean_temperature,
            devices.battery AS lowest_battery, devices.status AS device_status, devices.hour AS last_hour
        FROM \(ClickHouseClient.quote(database: shop, table: "shipments")) AS shipments
        INNER JOIN (
            SELECT device_id, argMax(site, time) AS site, sum(temperature_count) AS points,
                min(temperature_min) AS coldest, max(temperature_max) AS warmest,
                sum(temperature_avg * temperature_count) / sum(temperature_count) AS mean,
                min(battery_min) AS battery, argMax(status_last, time) AS status, max(time) AS hour
            FROM \(ClickHouseClient.quote(database: fleet, table: "readings_1h")) GROUP BY device_id
        ) AS devices ON devices.device_id = shipments.device_id
        COMMENT \(ClickHouseClient.quote(literal: Self.mark))
        """
    }

    /// Creates the views for which both sides are there.
    ///
    /// - Returns: whether they are there now.
    @discardableResult
    func create(with client: ClickHouseClient) async throws -> Bool {
        let sides = try await client.rows(
            """
            SELECT count() FROM system.columns
            WHERE database = {shop:String} AND table = 'shipments' AND name = 'device_id'
                OR database = {fleet:String} AND table = 'readings_1h'
                    AND name IN ('device_id', 'site', 'temperature_avg', 'battery_min', 'status_last')
            """,
            parameters: ["shop": shop, "fleet": fleet]
        )
        guard sides.first?.first == "6" else { return false }
        let existing = try await client.rows(
            "SELECT comment FROM system.tables WHERE database = {database:String} AND name = 'shipment_conditions'",
            parameters: ["database": Self.database]
        )
        if let comment = existing.first?.first, comment != Self.mark { return false }
        try await client.execute("CREATE DATABASE IF NOT EXISTS \(Self.database)")
        try await client.execute(shipmentConditions)
        return true
    }
}
#endif
