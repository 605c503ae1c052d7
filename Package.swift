// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of ours; dependencies are left alone.
let ours: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "leat",
    platforms: [.macOS(.v15)],
    dependencies: [
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "WireBytes", swiftSettings: ours),
        .target(name: "Columns", dependencies: ["WireBytes"], swiftSettings: ours),
        .target(name: "MySQLProtocol", dependencies: ["WireBytes", "Columns", "CZstd"], swiftSettings: ours),
        .target(name: "MySQLSchema", dependencies: ["MySQLProtocol"], swiftSettings: ours),
        .testTarget(name: "WireBytesTests", dependencies: ["WireBytes"], swiftSettings: ours),
        .testTarget(name: "ColumnsTests", dependencies: ["Columns", "WireBytes"], swiftSettings: ours),
        .testTarget(
            name: "MySQLProtocolTests",
            dependencies: ["MySQLProtocol", "WireBytes", "Columns"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "MySQLSchemaTests",
            dependencies: ["MySQLSchema", "MySQLProtocol"],
            swiftSettings: ours
        )
    ]
)
