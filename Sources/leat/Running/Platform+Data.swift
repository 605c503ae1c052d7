#if LocalPlatform
import Daemon
import DevPlatform
import Foundation
import SampleData

/// What `leat up` fills its servers with, once. Afterwards it belongs to whoever uses it: nothing that was deleted
/// comes back.
extension Platform {
    func loadData(_ addresses: StackAddresses) async throws {
        let shop = try await loadShop(addresses)
        if addresses.influxdb != nil { try await loadFleet(addresses, of: shop) }
    }

    private func loadShop(_ addresses: StackAddresses) async throws -> LoadedShop {
        let url = URL(fileURLWithPath: files.dataFile)
        let known = (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode(LoadedShop.self, from: $0) }
        var shop = LoadedShop(
            seed: command.seed ?? known?.seed ?? 1,
            rows: command.rows ?? known?.rows ?? ShopScale.defaultRows,
            isComplete: false
        )
        if let known, known.isComplete, known.seed == shop.seed, known.rows == shop.rows { return known }
        if known == nil { try JSONEncoder().encode(shop).write(to: url, options: .atomic) }
        try await ShopLoader.show(
            on: try addresses.primaryEndpoint(),
            database: "shop",
            seed: shop.seed,
            rows: shop.rows,
            connections: 2,
            isSilent: command.json
        )
        shop.isComplete = true
        try JSONEncoder().encode(shop).write(to: url, options: .atomic)
        return shop
    }

    /// The fleet has the shop's seed and size, so that its devices are those that the shipments name.
    private func loadFleet(_ addresses: StackAddresses, of shop: LoadedShop) async throws {
        let known = files.fleet
        let fleet = FleetGenerator(
            seed: shop.seed,
            rows: shop.rows,
            end: known?.end ?? Moment.now.nanoseconds,
            disorder: known?.disorder ?? .standard
        )
        var loaded = LoadedFleet(
            seed: fleet.seed,
            rows: fleet.scale.rows,
            end: fleet.endNanoseconds,
            disorder: fleet.disorder,
            isComplete: true
        )
        if known == loaded { return }
        // The end is settled by the first attempt: one that is cut off continues with the same points.
        loaded.isComplete = false
        try files.remember(loaded)
        try await FleetLoader.show(
            fleet,
            on: try addresses.influxEndpoint(),
            connections: 2,
            isSilent: command.json
        )
        loaded.isComplete = true
        try files.remember(loaded)
    }
}

/// The shop of a home.
private struct LoadedShop: Codable {
    var seed: UInt64
    var rows: Int
    var isComplete: Bool
}

/// The fleet of a home.
struct LoadedFleet: Codable, Equatable {
    var seed: UInt64
    var rows: Int
    /// When its history ends, in nanoseconds since 1970.
    var end: Int64
    var disorder: FleetDisorder
    var isComplete: Bool
}

extension HomeFiles {
    /// Which fleet was loaded into the home's InfluxDB.
    private var fleetFile: String { home + "/fleet.json" }

    var fleet: LoadedFleet? {
        FileManager.default.contents(atPath: fleetFile).flatMap {
            try? JSONDecoder().decode(LoadedFleet.self, from: $0)
        }
    }

    func remember(_ fleet: LoadedFleet) throws {
        try JSONEncoder().encode(fleet).write(to: URL(fileURLWithPath: fleetFile), options: .atomic)
    }
}
#endif
