/// Picks members of a population by Zipf–Mandelbrot popularity: the chance of rank r is proportional to 1 / (r + q).
///
/// With q = n / 1500 the top 1 % get about 38 % of all picks whatever the size. Ranks are scattered over the ids by a
/// stride that has no factor in common with the population, so popular members are not neighbours.
/// Additions, multiplications and divisions only (no library logarithm), so that every machine picks alike.
struct RankSampler: Sendable {
    let population: Int
    private let shift: Double
    private let octaves: Double
    private let stride: Int
    private let offset: Int

    /// - Parameters:
    ///   - population: how many members; at least 1.
    ///   - seed: decides which members are popular.
    init(population: Int, seed: UInt64) {
        precondition(population >= 1)
        self.population = population
        shift = max(1, Double(population) / 1500)
        let span = (Double(population) + shift) / shift
        var low = 0.0
        var high = 62.0
        for _ in 0..<64 {
            let middle = (low + high) / 2
            if RankSampler.powerOfTwo(middle) < span { low = middle } else { high = middle }
        }
        octaves = low
        let mixed = RowRandom.mix(seed)
        var candidate = Int(truncatingIfNeeded: mixed % UInt64(population)) | 1
        while RankSampler.greatestCommonDivisor(candidate, population) != 1 { candidate += 2 }
        stride = candidate % max(population, 2)
        offset = Int(truncatingIfNeeded: mixed >> 32) % population
    }

    /// The popularity rank, 0 the most popular, for 64 random bits.
    @inline(__always)
    func rank(_ bits: UInt64) -> Int {
        let fraction = Double(bits &>> 11) * 0x1p-53
        let value = shift * RankSampler.powerOfTwo(fraction * octaves) - shift
        return min(max(Int(value), 0), population &- 1)
    }

    /// The member, `1...population`, that has a rank.
    @inline(__always)
    func member(ofRank rank: Int) -> Int { (rank &* stride &+ offset) % population &+ 1 }

    /// A member by popularity, `1...population`, for 64 random bits.
    @inline(__always)
    func member(_ bits: UInt64) -> Int { member(ofRank: rank(bits)) }

    /// 2 to the power of `exponent` (0…62), exact at whole numbers, within 0.3 % between them.
    @inline(__always)
    private static func powerOfTwo(_ exponent: Double) -> Double {
        let whole = Int(exponent)
        let rest = exponent - Double(whole)
        return Double(1 &<< whole) * (1 + rest * (0.6565 + 0.3435 * rest))
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (larger, smaller) = (first, second)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}
