//! `rewrite FILE OUT`: reads an MCAP through its summary and writes it anew with zstd level 3 and chunks of 1 MiB.

use std::{env, fs, io::BufWriter};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = env::args().collect();
    let source = fs::File::open(&args[1])?;
    let mapped = unsafe { memmap2::Mmap::map(&source)? };
    let options = mcap::WriteOptions::new()
        .compression(Some(mcap::Compression::Zstd))
        .compression_level(3)
        .chunk_size(Some(1024 * 1024));
    let mut writer = options.create(BufWriter::new(fs::File::create(&args[2])?))?;
    for message in mcap::MessageStream::new(&mapped)? {
        writer.write(&message?)?;
    }
    writer.finish()?;
    Ok(())
}
