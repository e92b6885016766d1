"""Works' video files against the originals: new uploads, new originals, reports, who may use what."""
