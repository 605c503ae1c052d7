import ColumnarBytes

extension TrafficPlan {
    /// The keys and the time that belong to one round of one lane.
    struct Keys {
        let lane: Int
        let round: Int
        private let scale: ShopScale

        init(_ scale: ShopScale, lane: Int, round: Int) {
            self.scale = scale
            self.lane = lane
            self.round = round
        }

        /// Numbers the rounds of all lanes, 0 the first.
        var ordinal: Int { round * TrafficPlan.lanes + lane }

        /// The same lane `rounds` earlier; nil before the first round.
        func earlier(_ rounds: Int) -> Keys? {
            round >= rounds ? Keys(scale, lane: lane, round: round - rounds) : nil
        }

        /// `place` in 0..<8
        func order(_ place: Int) -> Int { scale.orders + 1 + ordinal * TrafficPlan.ordersPerRound + place }

        /// `place` in 0..<2
        func customer(_ place: Int) -> Int { scale.customers + 1 + ordinal * 2 + place }

        /// `place` in 0..<4
        func address(_ place: Int) -> Int { scale.addresses + 1 + ordinal * 4 + place }

        var product: Int { scale.products + 1 + ordinal }

        /// The two warehouses that stock `product`, and the one that its second row moves to.
        var warehouses: (first: Int, second: Int, target: Int) {
            let base = ordinal % 6
            return (base + 1, base + 7, base + 13)
        }

        /// The review of the order at `place`: as it is written, and after its key was changed.
        func review(_ place: Int, isMoved: Bool = false) -> Int {
            scale.reviews + 1 + 2 * (order(place) - scale.orders - 1) + (isMoved ? 1 : 0)
        }

        /// The round in which an order was placed; nil for orders of the initial data.
        static func position(ofOrder id: Int, _ scale: ShopScale) -> (lane: Int, round: Int)? {
            guard id > scale.orders else { return nil }
            let ordinal = (id - scale.orders - 1) / TrafficPlan.ordersPerRound
            return (ordinal % TrafficPlan.lanes, ordinal / TrafficPlan.lanes)
        }

        /// When the round takes place: its last order's earliest time.
        var now: Int64 {
            ShopTimeline.end
                &+ Int64(order(TrafficPlan.ordersPerRound - 1) - scale.orders) &* ShopTimeline.trafficInterval
        }

        /// `now` as a literal with 6 and with 3 fraction digits.
        var now6: String { Keys.literal(now, digits: 6) }
        var now3: String { Keys.literal(now, digits: 3) }

        private static func literal(_ micros: Int64, digits: Int) -> String {
            var row = RowWriter(GrowableBytes(), style: .literals)
            row.dateTime(micros, digits: digits)
            return String(decoding: row.out.bytes, as: UTF8.self)
        }
    }
}
