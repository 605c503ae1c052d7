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
    products: [
        .executable(name: "leat", targets: ["leat"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.4.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "WireBytes", swiftSettings: ours),
        .target(name: "Columns", dependencies: ["WireBytes"], swiftSettings: ours),
        .target(name: "MySQLProtocol", dependencies: ["WireBytes", "Columns", "CZstd"], swiftSettings: ours),
        .target(name: "MySQLSchema", dependencies: ["WireBytes", "MySQLProtocol"], swiftSettings: ours),
        .target(
            name: "ClickHouseFormat",
            dependencies: ["WireBytes", "Columns", "CLZ4", "CZstd"],
            swiftSettings: ours
        ),
        .target(
            name: "MySQLClient",
            dependencies: [
                "WireBytes", "MySQLProtocol",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "ClickHouseClient",
            dependencies: [
                "WireBytes", "ClickHouseFormat",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "InfluxClient",
            dependencies: [
                "WireBytes", "Columns", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "Telemetry",
            dependencies: [.product(name: "Logging", package: "swift-log")],
            swiftSettings: ours
        ),
        .target(
            name: "Traces",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "ConfigurationFile",
            dependencies: [.product(name: "Yams", package: "Yams")],
            swiftSettings: ours
        ),
        .target(
            name: "LeatState",
            dependencies: ["ClickHouseClient", .product(name: "Logging", package: "swift-log")],
            swiftSettings: ours
        ),
        .target(
            name: "Pipeline",
            dependencies: [
                "WireBytes", "Columns", "ClickHouseFormat", "ClickHouseClient", "LeatState",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "MySQLReplication",
            dependencies: [
                "WireBytes", "Columns", "MySQLProtocol", "MySQLSchema", "MySQLClient", "ClickHouseFormat",
                "ClickHouseClient", "LeatState", "Pipeline", "Traces",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "TimeSeries",
            dependencies: [
                "WireBytes", "Columns", "InfluxClient", "ClickHouseFormat", "ClickHouseClient", "LeatState", "Pipeline",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "Verification",
            dependencies: [
                "WireBytes", "Columns", "MySQLProtocol", "MySQLSchema", "MySQLClient", "InfluxClient",
                "ClickHouseFormat", "ClickHouseClient", "LeatState", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "Generator",
            dependencies: [
                "WireBytes", "MySQLClient", "InfluxClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(name: "Monitoring", dependencies: ["Telemetry"], swiftSettings: ours),
        .target(name: "Catalog", dependencies: ["ConfigurationFile"], swiftSettings: ours),
        .target(
            name: "Doctor",
            dependencies: [
                "ConfigurationFile", "MySQLProtocol", "MySQLSchema", "MySQLClient", "InfluxClient", "ClickHouseClient",
                "LeatState", "Pipeline", "MySQLReplication",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "Console",
            dependencies: [
                "Telemetry", "LeatState", "Pipeline",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .target(
            name: "LocalStack",
            dependencies: [.product(name: "Logging", package: "swift-log")],
            swiftSettings: ours
        ),
        .executableTarget(
            name: "leat",
            dependencies: [
                "CMalloc",
                "MySQLClient", "MySQLSchema", "ClickHouseClient", "Telemetry", "Traces", "ConfigurationFile",
                "LeatState", "Pipeline", "MySQLReplication", "InfluxClient", "TimeSeries",
                "Verification", "Generator", "Catalog", "Doctor", "Console", "LocalStack", "Monitoring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "CommandLineTests",
            exclude: ["Golden"],
            swiftSettings: ours
        ),
        .testTarget(name: "WireBytesTests", dependencies: ["WireBytes"], swiftSettings: ours),
        .testTarget(name: "ColumnsTests", dependencies: ["Columns", "WireBytes"], swiftSettings: ours),
        .testTarget(
            name: "MySQLProtocolTests",
            dependencies: ["MySQLProtocol", "WireBytes", "Columns"],
            exclude: ["Fixtures"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "MySQLSchemaTests",
            dependencies: ["MySQLSchema", "MySQLProtocol"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "ClickHouseFormatTests",
            dependencies: ["ClickHouseFormat", "WireBytes", "Columns"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "MySQLClientTests",
            dependencies: [
                "WireBytes", "MySQLClient", "MySQLProtocol",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "ClickHouseClientTests",
            dependencies: [
                "ClickHouseClient", "ClickHouseFormat", "Columns", "WireBytes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "InfluxClientTests",
            dependencies: [
                "InfluxClient", "WireBytes", "Columns", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "TimeSeriesTests",
            dependencies: [
                "TimeSeries", "InfluxClient", "ClickHouseFormat", "Columns", "WireBytes", "LeatState", "Pipeline",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", .product(name: "Logging", package: "swift-log")],
            swiftSettings: ours
        ),
        .testTarget(
            name: "TracesTests",
            dependencies: [
                "Traces",
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "ConfigurationFileTests",
            dependencies: ["ConfigurationFile"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "GeneratorTests",
            dependencies: [
                "Generator", "WireBytes", "MySQLClient", "InfluxClient",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "LocalStackTests",
            dependencies: ["LocalStack", .product(name: "Logging", package: "swift-log")],
            swiftSettings: ours
        ),
        .testTarget(
            name: "LeatStateTests",
            dependencies: [
                "LeatState", "ClickHouseClient", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["LeatState", "Pipeline", "ClickHouseFormat", "Columns", "WireBytes"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "MySQLReplicationTests",
            dependencies: [
                "MySQLReplication", "LeatState", "Pipeline", "MySQLProtocol", "MySQLSchema", "MySQLClient",
                "ClickHouseFormat",
                "Columns", "WireBytes",
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "Verification", "MySQLSchema", "MySQLProtocol", "MySQLClient", "ClickHouseClient", "InfluxClient",
                "Columns", "LeatState", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "MonitoringTests",
            dependencies: ["Monitoring", "Telemetry", "LocalStack", .product(name: "Yams", package: "Yams")],
            swiftSettings: ours
        ),
        .testTarget(
            name: "CatalogTests",
            dependencies: ["Catalog", "ConfigurationFile"],
            swiftSettings: ours
        ),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "Doctor", "ConfigurationFile", "MySQLClient", "ClickHouseClient",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: ours
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "LocalStack", "MySQLClient", "ClickHouseClient", "ClickHouseFormat", "Columns", "WireBytes",
                "ConfigurationFile", "Generator", "Verification", "MySQLReplication", "LeatState", "Pipeline",
                "MySQLProtocol",
                "MySQLSchema", "InfluxClient", "TimeSeries", "Telemetry",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Reports"],
            swiftSettings: ours
        ),
    ]
)
