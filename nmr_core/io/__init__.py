"""Files of others: formats of data sets, readers of spectrometers, and the layer below both."""
