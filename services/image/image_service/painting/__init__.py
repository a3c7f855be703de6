"""Drawing pictures from a prompt's subject, a seed and a brand's colours: the offline twin's studio."""
