//! Finds the bytes that give a log its structure, 64 at a time: quotes that no backslash escapes, and newlines.
//!
//! The one module with unsafe code: the vector kernels are chosen at run time. The portable kernel says
//! in plain code what the others must find; a property test holds them together.

#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "vector kernels behind run-time detection"))]

/// How many bytes a kernel looks at in one step.
const BLOCK: usize = 64;

/// The loop that all kernels share: a macro, because a function would not be compiled with the vector
/// features of its caller. `$masks` looks at a block, `$positions` writes where bits are.
macro_rules! blocks {
    ($data:expr, $base:expr, $index:expr, $masks:path, $positions:path) => {{
        let (whole, rest) = $data.as_chunks::<BLOCK>();
        // Zeros are not structural.
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let mut at = $base;
        let mut escaped = u64::from($index.escaped);
        for block in whole.iter().chain((!rest.is_empty()).then_some(&last)) {
            let masks = $masks(block);
            let mut quotes = masks.quotes;
            if (masks.backslashes | escaped) != 0 {
                quotes &= !escapes(masks.backslashes, &mut escaped);
            }
            let structural = quotes | masks.newlines;
            $positions(structural, at, $index.room());
            $index.len += structural.count_ones() as usize;
            at = at.wrapping_add(64);
        }
        $index.escaped = escaped != 0;
    }};
}

/// Positions of structural bytes, in order.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<u32>,
    len: usize,
    /// The byte after the last one seen is escaped.
    escaped: bool,
}

impl Index {
    pub(crate) fn entries(&self) -> &[u32] {
        &self.entries[..self.len]
    }

    /// Forgets everything: what comes next is the start of a line.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.escaped = false;
    }

    /// Forgets the first `count` entries.
    pub(crate) fn consume(&mut self, count: usize) {
        self.entries.copy_within(count..self.len, 0);
        self.len -= count;
    }

    /// Room for one more block, which may be structural throughout.
    fn room(&mut self) -> &mut [u32; BLOCK] {
        if self.entries.len() < self.len + BLOCK {
            self.entries.resize((self.len + BLOCK) * 2, 0);
        }
        (&mut self.entries[self.len..self.len + BLOCK]).try_into().expect("a slice of a block's length")
    }
}

/// Which bytes of a block are what, one bit a byte, the first in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masks {
    quotes: u64,
    backslashes: u64,
    newlines: u64,
}

/// A way to look at a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Plain code for every machine.
    Portable,
    /// 32 bytes an instruction.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 64 bytes an instruction.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// The kernels that this machine can run, the fastest last.
    pub(crate) fn available() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "only the portable kernel"))]
        let mut kernels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            let bits = is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt");
            if bits && is_x86_feature_detected!("avx2") {
                kernels.push(Self::Avx2);
            }
            if bits && is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vbmi2") {
                kernels.push(Self::Avx512);
            }
        }
        kernels
    }

    /// The fastest that this machine can run.
    pub(crate) fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Portable)
    }

    /// Appends the positions of the structural bytes of `data`, counted from `base`.
    ///
    /// Only the last call before a [`Index::clear`] may come with a length that is no multiple of 64.
    pub(crate) fn index(self, data: &[u8], base: u32, index: &mut Index) {
        match self {
            Self::Portable => blocks!(data, base, index, portable_masks, portable_positions),
            // SAFETY: `available` offers this kernel only where its features were detected, and nothing
            // else makes one.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { x86::index_avx2(data, base, index) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::index_avx512(data, base, index) },
        }
    }
}

/// The bytes that a backslash escapes. `carry` is 1 where the first byte is, and then where the next block's is.
#[inline]
fn escapes(mut backslashes: u64, carry: &mut u64) -> u64 {
    let mut escaped = *carry;
    backslashes &= !escaped;
    *carry = 0;
    while backslashes != 0 {
        let at = backslashes.trailing_zeros();
        if at == 63 {
            *carry = 1;
            break;
        }
        escaped |= 2 << at;
        // Neither this one nor the byte that it escapes can escape anything further.
        backslashes &= !(3 << at);
    }
    escaped
}

fn portable_masks(block: &[u8; BLOCK]) -> Masks {
    let mask =
        |wanted: u8| block.iter().rev().fold(0u64, |mask, &byte| (mask << 1) | u64::from(byte == wanted));
    Masks { quotes: mask(b'"'), backslashes: mask(b'\\'), newlines: mask(b'\n') }
}

/// Writes where the bits are. Fixed batches, so that the usual block takes no branch that could be guessed wrong.
#[inline(always)]
fn portable_positions(mut mask: u64, base: u32, out: &mut [u32; BLOCK]) {
    let count = mask.count_ones() as usize;
    let mut write = |range: std::ops::Range<usize>| {
        for slot in &mut out[range] {
            *slot = base.wrapping_add(mask.trailing_zeros());
            mask &= mask.wrapping_sub(1);
        }
    };
    write(0..4);
    if count > 4 {
        write(4..12);
    }
    if count > 12 {
        write(12..BLOCK);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! The kernels for x86-64.

    use super::{BLOCK, Index, Masks, escapes, portable_positions};
    use std::arch::x86_64::{
        __m256i, __m512i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32,
        _mm512_loadu_si512, _mm512_maskz_compress_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
        _mm512_storeu_si512,
    };

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn index_avx2(data: &[u8], base: u32, index: &mut Index) {
        blocks!(data, base, index, masks_avx2, portable_positions);
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn masks_avx2(block: &[u8; BLOCK]) -> Masks {
        let (halves, _) = block.as_chunks::<32>();
        let [low, high] = [load_avx2(&halves[0]), load_avx2(&halves[1])];
        let mask = |wanted: u8| {
            let wanted = _mm256_set1_epi8(wanted.cast_signed());
            let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)).cast_unsigned();
            let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)).cast_unsigned();
            u64::from(low) | (u64::from(high) << 32)
        };
        Masks { quotes: mask(b'"'), backslashes: mask(b'\\'), newlines: mask(b'\n') }
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn load_avx2(half: &[u8; 32]) -> __m256i {
        let start = half.as_ptr().cast::<__m256i>();
        // SAFETY: the half has the 32 bytes that are read; the load needs no alignment.
        unsafe { _mm256_loadu_si256(start) }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,bmi2,popcnt")]
    pub(super) fn index_avx512(data: &[u8], base: u32, index: &mut Index) {
        blocks!(data, base, index, masks_avx512, positions_avx512);
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,bmi2,popcnt")]
    fn masks_avx512(block: &[u8; BLOCK]) -> Masks {
        // SAFETY: the block has the 64 bytes that are read; the load needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        Masks {
            quotes: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'"'.cast_signed())),
            backslashes: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'\\'.cast_signed())),
            newlines: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'\n'.cast_signed())),
        }
    }

    /// Packs the numbers of the bits that are set, as long as there are few of them.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,bmi2,popcnt")]
    fn positions_avx512(mask: u64, base: u32, out: &mut [u32; BLOCK]) {
        if mask.count_ones() > 16 {
            return portable_positions(mask, base, out);
        }
        let packed = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(mask, numbers()));
        let wide = _mm512_add_epi32(_mm512_cvtepu8_epi32(packed), _mm512_set1_epi32(base.cast_signed()));
        // SAFETY: `out` has room for 64 numbers and 16 are written; the store needs no alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), wide) }
    }

    /// The numbers from 0 to 63, a byte each.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn numbers() -> __m512i {
        const NUMBERS: [u8; BLOCK] = {
            let mut numbers = [0; BLOCK];
            let mut at = 0u8;
            while at < 64 {
                numbers[at as usize] = at;
                at += 1;
            }
            numbers
        };
        // SAFETY: the array has the 64 bytes that are read; the load needs no alignment.
        unsafe { _mm512_loadu_si512(NUMBERS.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Byte by byte, as one would say it.
    fn plainly(data: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        let mut escaped = false;
        for (at, &byte) in data.iter().enumerate() {
            if byte == b'\n' || (byte == b'"' && !escaped) {
                found.push(u32::try_from(at).unwrap());
            }
            escaped = byte == b'\\' && !escaped;
        }
        found
    }

    proptest! {
        #[test]
        fn every_kernel_finds_the_same(data in proptest::collection::vec(
            prop_oneof![3 => Just(b'"'), 3 => Just(b'\\'), 1 => Just(b'\n'), 4 => any::<u8>(), 20 => Just(b'a')], 0..400,
        ), cut in 0usize..5) {
            let expected = plainly(&data);
            for kernel in Kernel::available() {
                let mut index = Index::default();
                let cut = (cut * BLOCK).min(data.len() / BLOCK * BLOCK);
                kernel.index(&data[..cut], 0, &mut index);
                kernel.index(&data[cut..], u32::try_from(cut).unwrap(), &mut index);
                prop_assert_eq!(index.entries(), &expected[..], "{:?}", kernel);
            }
        }
    }

    #[test]
    fn blocks_full_of_quotes_fit() {
        let data = [b'"'; 1000];
        for kernel in Kernel::available() {
            let mut index = Index::default();
            kernel.index(&data, 0, &mut index);
            assert_eq!(index.entries(), &plainly(&data)[..], "{kernel:?}");
        }
    }
}
