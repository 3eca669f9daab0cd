"""What is read from the bytes of MP4, Matroska and transport streams without a decoder."""
